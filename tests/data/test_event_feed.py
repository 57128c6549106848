"""The feed of streamed events: everything once, in order, whatever the other datasets do."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from aisle.data.event_feed import _AFTER, Feed, events_after
from aisle.data.event_log import Event, EventLog, newest_event_id, streamed_rows
from aisle.storage.database import Database
from aisle.storage.migrations import migrate


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = Database(f"sqlite:///{Path(tmp_path_factory.mktemp('feed')) / 'events.db'}")
    migrate(opened)
    yield opened
    opened.close()


EVENTS = st.lists(
    st.builds(
        Event,
        dataset=st.sampled_from([1, 2]),
        user_id=st.sampled_from([None, "ann", "bob"]),
        session_id=st.sampled_from(["s", "t"]),
        event_type=st.sampled_from(["View", "Buy"]),
        item_id=st.sampled_from([None, "i", "j"]),
        event_value=st.none() | st.floats(0, 5, width=16),
        sent_at=st.integers(0, 9).map(float),
    ),
    max_size=12,
)


def newest(database: Database) -> int:
    with database.read() as connection:
        return max(newest_event_id(connection, dataset) for dataset in (1, 2))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(batch=EVENTS, most=st.integers(1, 5))
def test_a_follower_reads_what_a_training_reads_since(
    database: Database, batch: list[Event], most: int
) -> None:
    before = newest(database)
    log = EventLog(database)
    if batch:
        log.append(batch).result()
    log.close()
    found, feed = [], Feed([], before, more=True)
    with database.read() as connection:
        while feed.more:
            feed = events_after(connection, 1, feed.seen, most)
            found += [
                (one.user, one.item_id, one.event_type, one.sent_at, one.event_value)
                for one in feed.events
            ]
        everything = list(streamed_rows(connection, 1, feed.seen))
        assert found == everything[len(everything) - len(found) :]
    assert len(found) == sum(one.dataset == 1 and one.item_id is not None for one in batch)
    assert feed.seen == newest(database)


def test_only_what_came_since_is_read(database: Database) -> None:
    statement = _AFTER.statement.params(dataset=1, seen=5, most=9).compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    with database.read() as connection:
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
    assert any("events USING INTEGER PRIMARY KEY (rowid>?)" in line for line in plan), plan
