"""Batches of one visit, put to the engine, and what became of them."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import ParamValidationError

from allstore.shop.clickstream.outbox import StoredEvent
from allstore.shop.engine import LONGEST_DETAIL, events_client, failure
from allstore.shop.settings import Settings, ShopConfig

if TYPE_CHECKING:
    from types_boto3_personalize_events.type_defs import (
        EmptyResponseMetadataTypeDef,
        EventTypeDef,
        PutEventsRequestTypeDef,
    )

BATCH = 10
"""Events that one PutEvents takes."""
_FOR_GOOD = {"ValidationException", "InvalidInputException", "ResourceNotFoundException"}


class Outcome(StrEnum):
    TAKEN = "taken"
    POSTPONED = "postponed"
    """Another attempt may pass."""
    REFUSED = "refused"
    """No attempt will ever pass."""


class Verdict(msgspec.Struct, frozen=True):
    outcome: Outcome
    reason: str = ""
    answered: bool = True
    """Whether the engine said anything; if not, the next call is likely to wait as long."""


def batches(events: Iterable[StoredEvent]) -> Iterator[tuple[StoredEvent, ...]]:
    """At most `BATCH` events each, of one session and one user, in the order they happened."""
    visits: dict[tuple[str, str | None], list[StoredEvent]] = {}
    for event in events:
        visits.setdefault((event.session_id, event.shopper_id), []).append(event)
    for visit in visits.values():
        for start in range(0, len(visit), BATCH):
            yield tuple(visit[start : start + BATCH])


class Delivery:
    """Speaks PutEvents with the tracking id that the shop has at the moment."""

    def __init__(self, settings: Settings, config: Callable[[], ShopConfig]) -> None:
        self._client = events_client(settings)
        self._config = config

    def put(self, batch: Sequence[StoredEvent]) -> Verdict:
        """Send events of one session and user."""
        tracking_id = self._config().tracking_id
        if tracking_id is None:
            return Verdict(Outcome.POSTPONED, "The shop is not connected to an event tracker yet.")
        try:
            answer = self._client.put_events(**_request(tracking_id, batch))
        except ParamValidationError as error:
            return Verdict(Outcome.REFUSED, str(error)[:LONGEST_DETAIL])
        except Exception as error:  # noqa: BLE001 - what is no engine may answer anything
            failed = failure(error)
            outcome = Outcome.REFUSED if failed.code in _FOR_GOOD else Outcome.POSTPONED
            return Verdict(outcome, failed.detail, failed.code is not None)
        if _is_page(answer):
            return Verdict(Outcome.POSTPONED, "A web page answered, not the engine.")
        return Verdict(Outcome.TAKEN)


def _is_page(answer: "EmptyResponseMetadataTypeDef") -> bool:
    """An engine that took events says nothing else, so what is none is told by its content type."""
    kind = answer["ResponseMetadata"]["HTTPHeaders"].get("content-type", "")
    return kind.startswith("text/html")


def _request(tracking_id: str, batch: Sequence[StoredEvent]) -> "PutEventsRequestTypeDef":
    request: PutEventsRequestTypeDef = {
        "trackingId": tracking_id,
        "sessionId": batch[0].session_id,
        "eventList": [_event(event) for event in batch],
    }
    if batch[0].shopper_id is not None:
        request["userId"] = batch[0].shopper_id
    return request


def _event(stored: StoredEvent) -> "EventTypeDef":
    """What the engine recommended is named by its answer; only what it did not has a source."""
    event: EventTypeDef = {
        "eventId": stored.event_id,
        "eventType": stored.event_type,
        "sentAt": dt.datetime.fromtimestamp(stored.sent_at, dt.UTC),
    }
    if stored.product_id is not None:
        event["itemId"] = stored.product_id
    if stored.recommendation_id is not None:
        event["recommendationId"] = stored.recommendation_id
    elif stored.source is not None:
        event["metricAttribution"] = {"eventAttributionSource": stored.source}
    if stored.impression:
        event["impression"] = stored.impression
    if stored.properties:
        event["properties"] = msgspec.json.encode(stored.properties).decode()
    return event
