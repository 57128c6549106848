"""From the ARN in a request to the model that answers it."""

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from anyio import to_thread

from aisle.data.state import Transaction
from aisle.recipes.deployable import Deployable
from aisle.records import Campaign, Recommender, Scope, Status
from aisle.records.arn import scope_of
from aisle.records.errors import InvalidInputException, ResourceNotFoundException
from aisle.serving.call import Call
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


async def answered_by(
    call: Call,
    campaign_arn: str | None,
    recommender_arn: str | None,
    look: Callable[[Transaction, Deployable, str], T],
) -> tuple[Deployable, T]:
    """The model behind a campaign or a recommender, and what `look` sees in that moment's state.

    `look` is given the transaction, the model and the ARN of the dataset group.
    A model that is not here yet, or what `look` does not find here (NotHereError), is loaded in a
    thread; the loop answers others meanwhile. Raises InvalidInputException or
    ResourceNotFoundException.
    """
    load: Callable[[], None]
    while True:
        try:
            with call.state.read() as transaction:
                key, group_arn = _artefact(call, transaction, campaign_arn, recommender_arn)
                deployed = call.models.loaded(key)
                if deployed is not None:
                    return deployed, look(transaction, deployed, group_arn)
                load = partial(call.models.load, key)
        except NotHereError as missing:
            load = missing.load
        await to_thread.run_sync(load)


def _artefact(
    call: Call, transaction: Transaction, campaign_arn: str | None, recommender_arn: str | None
) -> tuple[str, str]:
    """The object key of the model and its dataset group; exactly one of the two is to be named."""
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
    return record.artefact, record.dataset_group_arn


def _visible(scope: Scope, arn: str, transaction: Transaction, record_type: type[R]) -> R:
    record = transaction.resources.get(record_type, arn) if scope_of(arn) == scope else None
    if record is None:
        raise ResourceNotFoundException(f"Could not find {record_type.kind} {arn}.")
    return record
