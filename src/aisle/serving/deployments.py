"""From the ARN in a request to the model that answers it."""

from typing import TypeVar

from aisle.data.state import Transaction
from aisle.recipes.deployable import Deployable
from aisle.records import Campaign, Recommender, Scope, Status
from aisle.records.arn import scope_of
from aisle.records.errors import InvalidInputException, ResourceNotFoundException
from aisle.serving.call import Call

R = TypeVar("R", Campaign, Recommender)


def deployment(
    call: Call, transaction: Transaction, campaign_arn: str | None, recommender_arn: str | None
) -> Deployable:
    """The model behind a campaign or a recommender; exactly one of the two is named.

    Raises InvalidInputException or ResourceNotFoundException.
    """
    if (campaign_arn is None) == (recommender_arn is None):
        raise InvalidInputException(
            "Provide either campaignArn or recommenderArn, and not both of them."
        )
    record: Campaign | Recommender | None
    if campaign_arn is not None:
        record = _visible(call.scope, campaign_arn, transaction, Campaign)
    else:
        record = _visible(call.scope, recommender_arn or "", transaction, Recommender)
    if record.artefact is None or record.status is Status.DELETE_IN_PROGRESS:
        raise ResourceNotFoundException(
            f"The {record.kind} {record.arn} is not ACTIVE: its status is {record.status.value}."
        )
    return call.models.get(record.artefact)


def _visible(scope: Scope, arn: str, transaction: Transaction, record_type: type[R]) -> R:
    record = transaction.resources.get(record_type, arn) if scope_of(arn) == scope else None
    if record is None:
        raise ResourceNotFoundException(f"Could not find {record_type.kind} {arn}.")
    return record
