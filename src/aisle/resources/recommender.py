"""Recommenders: https://docs.aws.amazon.com/personalize/latest/dg/API_CreateRecommender.html."""

import time
from collections.abc import Mapping
from typing import Any

from aisle.records import DatasetGroup, Recommender
from aisle.records.answer import Answer
from aisle.records.errors import InvalidInputException
from aisle.resources.paging import list_page
from aisle.resources.recipe import trainable_recipe
from aisle.resources.rules import begin_deletion, describe, refuse, require, require_active, shown
from aisle.resources.tags import Tags, checked_tags
from aisle.serving.call import Call

_CONFIG_NOT_YET = (
    "itemExplorationConfig",
    "trainingDataConfig",
    "enableMetadataWithRecommendations",
)


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
    config = dict(recommender_config or {})
    for member in _CONFIG_NOT_YET:
        refuse(f"recommenderConfig.{member}", config.get(member))
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
            recommender_config={"minRecommendationRequestsPerSecond": 1, **config},
        )
        transaction.resources.add(record)
    return {"recommenderArn": record.arn}


def describe_recommender(call: Call, *, recommender_arn: str) -> Answer:
    return describe(call, Recommender, recommender_arn, "recommender", "recommenderArn")


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


def delete_recommender(call: Call, *, recommender_arn: str) -> None:
    """Stop answering and forget the model."""
    with call.state.write() as transaction:
        begin_deletion(transaction, require(call, transaction, Recommender, recommender_arn), {})
