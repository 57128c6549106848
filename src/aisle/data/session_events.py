"""What the events of items and of actions have in common: each once, in somebody's session."""

from collections.abc import Sequence
from typing import Protocol

import msgspec
from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from aisle.storage.tables import sessions


class SessionEvent(Protocol):
    """A Struct of which every field is a column of its table."""

    @property
    def dataset(self) -> int: ...
    @property
    def session_id(self) -> str: ...
    @property
    def user_id(self) -> str | None: ...


def insert_events(
    connection: Connection, table: Table, batch: Sequence[SessionEvent], *, is_sqlite: bool
) -> None:
    """Add events, but for those whose `event_id` their dataset has seen before.

    A session belongs to the first user that an event of it names.
    """
    dialect = sqlite if is_sqlite else postgresql
    rows = [msgspec.to_builtins(event) for event in batch]
    connection.execute(dialect.insert(table).on_conflict_do_nothing(), rows)
    newest = connection.execute(select(func.max(table.c.id))).scalar() or 0
    named = [
        {
            "dataset": event.dataset,
            "session_id": event.session_id,
            "user_id": event.user_id,
            "named_by": newest,
        }
        for event in batch
        if event.user_id is not None
    ]
    if named:
        connection.execute(dialect.insert(sessions).on_conflict_do_nothing(), named)
