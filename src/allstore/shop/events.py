"""The click stream: what a visitor does goes to the engine at once, so that the next page knows."""

import datetime as dt
import itertools
import uuid
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
import structlog
from botocore.exceptions import BotoCoreError, ClientError

from allstore.shop.engine import events_client
from allstore.shop.settings import Settings, ShopConfig
from allstore.shop.visitor import Visitor

if TYPE_CHECKING:
    from types_boto3_personalize_events.type_defs import EventTypeDef, PutEventsRequestTypeDef

UNRECORDED = "Your last step could not be sent to the recommendation engine."
_BATCH = 10
"""Events that one PutEvents takes."""

log = structlog.get_logger(__name__)


class EventType(StrEnum):
    VIEW = "View"
    ADD_TO_CART = "AddToCart"
    VIEW_CART = "ViewCart"
    START_CHECKOUT = "StartCheckout"
    PURCHASE = "Purchase"


class Touch(msgspec.Struct, frozen=True):
    """A product touched, and the answer of the engine it was picked from."""

    product_id: str
    recommendation_id: str | None = None


class Events:
    def __init__(self, settings: Settings, config: ShopConfig) -> None:
        self._client = events_client(settings)
        self._tracking_id = config.tracking_id

    def send(self, visitor: Visitor, event_type: EventType, touches: Iterable[Touch]) -> bool:
        """Record one event a product. False, and a line in the log, where the engine took none."""
        if self._tracking_id is None:
            log.warning("event_not_sent", reason="no tracking id")
            return False
        try:
            for batch in _batches(touches, _BATCH):
                self._client.put_events(**_request(self._tracking_id, visitor, event_type, batch))
        except (ClientError, BotoCoreError) as error:
            log.warning("event_not_sent", event_type=event_type, error=str(error))
            return False
        return True


def _request(
    tracking_id: str, visitor: Visitor, event_type: EventType, touches: Sequence[Touch]
) -> "PutEventsRequestTypeDef":
    request: PutEventsRequestTypeDef = {
        "trackingId": tracking_id,
        "sessionId": visitor.session_id,
        "eventList": [_event(event_type, touch) for touch in touches],
    }
    if visitor.shopper_id is not None:
        request["userId"] = visitor.shopper_id
    return request


def _event(event_type: EventType, touch: Touch) -> "EventTypeDef":
    event: EventTypeDef = {
        "eventId": str(uuid.uuid4()),
        "eventType": event_type,
        "itemId": touch.product_id,
        "sentAt": dt.datetime.now(dt.UTC),
    }
    if touch.recommendation_id is not None:
        event["recommendationId"] = touch.recommendation_id
    return event


def _batches(touches: Iterable[Touch], size: int) -> Iterable[Sequence[Touch]]:
    source = iter(touches)
    while batch := list(itertools.islice(source, size)):
        yield batch
