"""The event log by itself: what is kept, whose it is, and how it is found."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from aisle.data.event_log import (
    _RECENT,
    _SESSION_IDS,
    Event,
    EventLog,
    recent_events,
    sessions_of,
    streamed_rows,
)
from aisle.storage.database import Database
from aisle.storage.migrations import migrate

DATASET = 1


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'events.db'}")
    migrate(opened)
    yield opened
    opened.close()


def store(database: Database, *batches: list[Event]) -> None:
    log = EventLog(database)
    for batch in batches:
        log.append(batch).result()
    log.close()


def event(item: str, user: str | None, session: str, **members: float) -> Event:
    sent_at = members.get("sent_at", 0.0)
    return Event(
        dataset=DATASET,
        user_id=user,
        session_id=session,
        event_type="View",
        item_id=item,
        sent_at=sent_at,
    )


def history(database: Database, user: str) -> list[str]:
    with database.read() as connection:
        sessions = sessions_of(connection, DATASET, user)
        found = recent_events(connection, DATASET, user, sessions, after=0, limit=100)
        return [one.item_id for one in found]


def trained_on(database: Database) -> dict[str, list[str]]:
    """What training gives to each user."""
    rows: dict[str, list[str]] = {}
    with database.read() as connection:
        for user, item, *_ in streamed_rows(connection, DATASET, 1_000_000):
            rows.setdefault(user, []).append(item)
    return rows


def test_an_anonymous_visit_is_the_first_users_that_its_session_names(database: Database) -> None:
    store(
        database,
        [event("a", None, "s")],
        [event("b", "zoe", "s")],
        [event("c", "adam", "s")],
        [event("d", None, "s")],
    )
    assert history(database, "zoe") == ["a", "b", "d"]
    assert history(database, "adam") == ["c"]
    assert history(database, "s") == []


@settings(max_examples=40)  # each has a database of its own
@given(
    visits=st.lists(
        st.tuples(st.sampled_from([None, "u", "v"]), st.sampled_from(["s", "u"])), max_size=12
    )
)
def test_training_and_serving_agree_on_whose_an_event_is(
    tmp_path_factory: pytest.TempPathFactory, visits: list[tuple[str | None, str]]
) -> None:
    opened = Database(f"sqlite:///{tmp_path_factory.mktemp('log') / 'events.db'}")
    migrate(opened)
    store(opened, *([event(f"i{n}", user, session)] for n, (user, session) in enumerate(visits)))
    trained = trained_on(opened)
    for user, items in trained.items():
        asked = user.removeprefix("\0")
        if asked == user or asked not in trained:
            assert history(opened, asked) == items
    opened.close()


def test_a_users_events_are_found_by_index_however_many_anonymous_ones_there_are(
    database: Database,
) -> None:
    wanted = {"dataset": 1, "user": "u", "after": 0, "most": 9}
    wanted |= dict.fromkeys(_SESSION_IDS, "s")
    statement = _RECENT.statement.params(wanted).compile(
        dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
    )
    with database.read() as connection:
        plan = [row.detail for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
    assert any("events_by_user (dataset=? AND user_id=? AND id>?)" in line for line in plan), plan
    assert any("events_by_session (dataset=? AND session_id=?" in line for line in plan), plan


def test_a_bad_event_fails_alone_of_its_group(database: Database) -> None:
    log = EventLog(database)
    bad = msgspec.structs.replace(event("x", "u", "s"), item_id=object())
    futures = [log.append([one]) for one in (event("a", "u", "s"), bad, event("b", "u", "s"))]
    log.close()
    assert futures[0].exception() is None
    assert futures[1].exception() is not None
    assert futures[2].exception() is None
    assert history(database, "u") == ["a", "b"]


def test_a_users_id_and_a_sessions_id_that_look_alike_are_two(database: Database) -> None:
    store(
        database,
        [event("a", None, "alice")],
        [event("b", "carol", "alice")],
        [event("c", "alice", "other")],
    )
    assert history(database, "alice") == ["c"]
    assert history(database, "carol") == ["a", "b"]
    assert trained_on(database) == {"carol": ["a", "b"], "alice": ["c"]}
