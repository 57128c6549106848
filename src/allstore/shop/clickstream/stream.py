"""The door to the click stream."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from allstore.shop.clickstream.courier import Courier
from allstore.shop.clickstream.delivery import Delivery
from allstore.shop.clickstream.outbox import Claim, Outbox, StoredEvent
from allstore.shop.events import Event, EventType
from allstore.shop.settings import Settings, ShopConfig
from allstore.shop.visitor import Visitor

_MOST_LETTERS = 200


class ClickStream:
    """Keeps events in the shop's database and brings them to the engine."""

    def __init__(
        self, engine: sa.Engine, settings: Settings, config: Callable[[], ShopConfig]
    ) -> None:
        self._engine = engine
        self._outbox = Outbox(engine)
        self._courier = Courier(self._outbox, Delivery(settings, config))

    def start(self) -> None:
        """Begin to send in the background what could not be sent at once."""
        self._courier.start()

    def stop(self) -> None:
        """End that; nothing is lost by it."""
        self._courier.stop()

    def post(self, visitor: Visitor, events: Sequence[Event]) -> int:
        """Keep events and have them sent in the background, as no page waits for these; how many
        had not been kept before.
        """
        with self._engine.begin() as connection:
            claim = self.write(connection, visitor, events)
        self._courier.hand(claim)
        return len(claim.events)

    def write(self, connection: sa.Connection, visitor: Visitor, events: Sequence[Event]) -> Claim:
        """Keep events in the transaction that they tell of; `send` them when it has ended."""
        return self._outbox.write(connection, visitor, events)

    def send(self, claim: Claim) -> bool:
        """Whether the engine has the events now; the courier goes on with those it has not."""
        return self._courier.send(claim)

    def of_visit(self, visitor: Visitor, most: int) -> list[StoredEvent]:
        """What this visit did, the newest first."""
        self._courier.settle()
        return self._outbox.of_session(visitor.session_id, most)

    def recently_viewed(self, visitor: Visitor, most: int) -> list[str]:
        """Ids of the products that this visit viewed, the last one first."""
        return self._outbox.last_products(visitor.session_id, EventType.VIEW, most)

    def dead_letters(self) -> list[StoredEvent]:
        """Events that will not be sent again unless somebody asks; the newest first."""
        return self._outbox.dead_letters(_MOST_LETTERS)

    def dead_letter_count(self) -> int:
        """Of all visits."""
        return self._outbox.dead_letter_count()

    def send_again(self, event_id: str | None = None) -> int:
        """Try one dead letter, or all, anew in the background; how many those are."""
        count = self._outbox.revive(event_id)
        self._courier.wake()
        return count
