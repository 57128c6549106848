"""From the ARN in a request to the model that answers it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeVar

import msgspec
from anyio import to_thread

from aisle.data.state import Transaction
from aisle.recipes.base import Recipe
from aisle.recipes.deployable import Deployable
from aisle.records import Campaign, Recommender, Scope, Status
from aisle.records.arn import scope_of
from aisle.records.errors import InvalidInputException, ResourceNotFoundException
from aisle.serving.call import Call
from aisle.serving.following import Followed
from aisle.serving.loading import NotHereError

_SILENT = (
    Status.DELETE_IN_PROGRESS,
    Status.STOP_IN_PROGRESS,
    Status.INACTIVE,
    Status.START_PENDING,
    Status.START_IN_PROGRESS,
)
"""Statuses in which a model that is there does not answer."""

R = TypeVar("R", Campaign, Recommender)
T = TypeVar("T")


class Deployment(msgspec.Struct, frozen=True):
    """A campaign or a recommender with the model that answers for it."""

    record: Campaign | Recommender
    followed: Followed

    @property
    def deployed(self) -> Deployable:
        """The model as it was trained."""
        return self.followed.deployed

    @property
    def recipe(self) -> Recipe:
        """The recipe of the model."""
        return self.deployed.recipe

    @property
    def group_arn(self) -> str:
        """Whose data it answers from."""
        return self.record.dataset_group_arn

    @property
    def config(self) -> Mapping[str, Any]:
        """The campaign's or the recommender's configuration, as on the wire."""
        if isinstance(self.record, Campaign):
            return self.record.campaign_config
        return self.record.recommender_config


async def answered_by(
    call: Call,
    campaign_arn: str | None,
    recommender_arn: str | None,
    look: Callable[[Transaction, Deployment], T],
) -> tuple[Deployment, T]:
    """The model behind a campaign or a recommender, and what `look` sees in that moment's state.

    A model that is not here yet, or what `look` does not find here (NotHereError), is loaded in a
    thread; the loop answers others meanwhile. Raises InvalidInputException or
    ResourceNotFoundException.
    """
    load: Callable[[], None]
    while True:
        try:
            with call.state.read() as transaction:
                record = _record(call, transaction, campaign_arn, recommender_arn)
                key = record.artefact or ""
                deployed = call.models.loaded(key)
                if deployed is not None:
                    followed = call.followed.current(transaction, deployed)
                    deployment = Deployment(record, followed)
                    return deployment, look(transaction, deployment)
                load = partial(call.models.load, key)
        except NotHereError as missing:
            load = missing.load
        await to_thread.run_sync(load)


def _record(
    call: Call, transaction: Transaction, campaign_arn: str | None, recommender_arn: str | None
) -> Campaign | Recommender:
    """What answers, and has a model to do so; exactly one of the two is to be named."""
    if (campaign_arn is None) == (recommender_arn is None):
        raise InvalidInputException(
            "Provide either campaignArn or recommenderArn, and not both of them."
        )
    record: Campaign | Recommender | None
    if campaign_arn is not None:
        record = _visible(call.scope, campaign_arn, transaction, Campaign)
    else:
        record = _visible(call.scope, recommender_arn or "", transaction, Recommender)
    if record.artefact is None or record.status in _SILENT:
        raise ResourceNotFoundException(
            f"The {record.kind} {record.arn} is not ACTIVE: its status is {record.status.value}."
        )
    return record


def _visible(scope: Scope, arn: str, transaction: Transaction, record_type: type[R]) -> R:
    record = transaction.resources.get(record_type, arn) if scope_of(arn) == scope else None
    if record is None:
        raise ResourceNotFoundException(f"Could not find {record_type.kind} {arn}.")
    return record
