"""Recommenders: https://docs.aws.amazon.com/personalize/latest/dg/API_CreateRecommender.html."""

import time
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from aisle.data.state import Transaction
from aisle.jobs.retraining import asked_updates, begin_update, drop_automatic
from aisle.records import DatasetGroup, Recommender, Status
from aisle.records.answer import Answer
from aisle.records.errors import InvalidInputException, ResourceInUseException
from aisle.resources.exploration import checked_exploration
from aisle.resources.paging import list_page
from aisle.resources.recipe import trainable_recipe
from aisle.resources.rules import (
    begin_deletion,
    describe,
    in_progress,
    require,
    require_active,
    shown,
)
from aisle.resources.tags import Tags, checked_tags
from aisle.resources.training_columns import check_training_columns
from aisle.serving.call import Call

_COLUMNS = "trainingDataConfig"


def create_recommender(
    call: Call,
    *,
    name: str,
    dataset_group_arn: str,
    recipe_arn: str,
    recommender_config: Mapping[str, Any] | None = None,
    tags: Tags | None = None,
) -> Mapping[str, object]:
    """Queue the training of a domain group's recommender, which then answers by itself."""
    recipe = trainable_recipe(recipe_arn)
    now = time.time()
    with call.state.write() as transaction:
        group = require_active(call, transaction, DatasetGroup, dataset_group_arn)
        if recipe.domain is None or recipe.domain != group.domain:
            raise InvalidInputException(
                f"The recipe {recipe_arn} is for the domain {recipe.domain or 'none'}, and the "
                f"dataset group's domain is {group.domain or 'none'}."
            )
        record = Recommender(
            arn=call.scope.arn(f"recommender/{name}"),
            name=name,
            parent_arn=group.arn,
            tags=checked_tags(tags),
            creation_date_time=now,
            last_updated_date_time=now,
            dataset_group_arn=group.arn,
            recipe_arn=recipe_arn,
            recommender_config=_checked(
                transaction, recipe_arn, group.arn, recommender_config or {}
            ),
            trained_at=now,
        )
        transaction.resources.add(record)
    return {"recommenderArn": record.arn}


def describe_recommender(call: Call, *, recommender_arn: str) -> Answer:
    """A recommender with its last update, if there was one, and its progress in a header."""
    answer = describe(call, Recommender, recommender_arn, "recommender", "recommenderArn")
    with call.state.read() as transaction:
        updates = asked_updates(transaction.resources, recommender_arn)
    document = answer.document["recommender"]
    if updates and isinstance(document, dict):
        document["latestRecommenderUpdate"] = shown(updates[-1], "recommenderUpdateArn")
    return answer


def list_recommenders(
    call: Call,
    *,
    dataset_group_arn: str | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Mapping[str, object]:
    return list_page(
        call,
        Recommender,
        "recommenders",
        lambda record: shown(record, "recommenderArn"),
        parent_arn=dataset_group_arn,
        next_token=next_token,
        max_results=max_results,
    )


def update_recommender(
    call: Call, *, recommender_arn: str, recommender_config: Mapping[str, Any]
) -> Mapping[str, object]:
    """Begin to change a recommender; other columns to train on mean another training.

    Members that are left out stay as they are. Until the update is ACTIVE it answers as before.
    """
    with call.state.write() as transaction:
        record = require_active(call, transaction, Recommender, recommender_arn)
        _check_idle(transaction, record)
        config = _checked(
            transaction,
            record.recipe_arn,
            record.dataset_group_arn,
            {**record.recommender_config, **recommender_config},
        )
        retrains = config.get(_COLUMNS) != record.recommender_config.get(_COLUMNS)
        begin_update(transaction.resources, record, config, retrains=retrains)
    return {"recommenderArn": record.arn}


def stop_recommender(call: Call, *, recommender_arn: str) -> Mapping[str, object]:
    """Have an ACTIVE recommender answer and train no longer."""
    return _turn(call, recommender_arn, Status.ACTIVE, Status.STOP_PENDING)


def start_recommender(call: Call, *, recommender_arn: str) -> Mapping[str, object]:
    """Have an INACTIVE recommender answer again, with the model it has."""
    return _turn(call, recommender_arn, Status.INACTIVE, Status.START_PENDING)


def delete_recommender(call: Call, *, recommender_arn: str) -> None:
    """Stop answering and forget the model."""
    with call.state.write() as transaction:
        record = require(call, transaction, Recommender, recommender_arn)
        updates = in_progress(asked_updates(transaction.resources, record.arn))
        begin_deletion(transaction, record, {"the update": updates})
        drop_automatic(transaction.resources, record.arn)


def _turn(call: Call, arn: str, before: Status, after: Status) -> Mapping[str, object]:
    with call.state.write() as transaction:
        record = require(call, transaction, Recommender, arn)
        if record.status is not before:
            raise ResourceInUseException(
                f"The recommender {record.arn} must be {before.value}: its status is "
                f"{record.status.value}."
            )
        _check_idle(transaction, record)
        drop_automatic(transaction.resources, record.arn)
        now = time.time()
        transaction.resources.put(replace(record, status=after, last_updated_date_time=now))
    return {"recommenderArn": record.arn}


def _check_idle(transaction: Transaction, record: Recommender) -> None:
    for update in in_progress(asked_updates(transaction.resources, record.arn)):
        raise ResourceInUseException(
            f"The recommender {record.arn} has an update in status {update.status.value}."
        )


def _checked(
    transaction: Transaction, recipe_arn: str, group_arn: str, given: Mapping[str, Any]
) -> dict[str, Any]:
    """The configuration with its defaults; raises InvalidInputException for what cannot be."""
    recipe = trainable_recipe(recipe_arn)
    exploration = checked_exploration(recipe, given.get("itemExplorationConfig"))
    check_training_columns(transaction, group_arn, given.get(_COLUMNS, {}), recipe.event_type)
    return {
        "minRecommendationRequestsPerSecond": 1,
        **given,
        **({"itemExplorationConfig": exploration} if exploration else {}),
    }
