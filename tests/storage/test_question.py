"""Queries that go to the driver give what SQLAlchemy gives for them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import bindparam, create_engine, insert, literal, or_, select, union_all
from sqlalchemy.exc import OperationalError

from aisle.storage.database import Database
from aisle.storage.question import Question
from aisle.storage.tables import access_keys

_WANTED = access_keys.c.access_key_id == bindparam("wanted")
_OF_WANTED = select(access_keys.c.access_key_id, access_keys.c.created_at, literal(1).label("own"))
_STATEMENT = union_all(
    _OF_WANTED.where(or_(_WANTED, access_keys.c.account == bindparam("wanted"))),
    select(access_keys.c.access_key_id, access_keys.c.created_at, literal(2)).where(
        access_keys.c.note != bindparam("wanted"), access_keys.c.created_at < bindparam("before")
    ),
).limit(bindparam("most"))
"""With a value that stands in several places, one of its own, and a limit."""
_QUESTION = Question(_STATEMENT)
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=4)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Database:
    folder: Path = tmp_path_factory.mktemp("question")
    found = Database(f"sqlite:///{folder / 'state.db'}")
    access_keys.create(found.engine)
    keys = [
        {"access_key_id": f"k{n}", "secret": "s", "account": f"a{n % 2}", "created_at": n / 2}
        for n in range(6)
    ]
    with found.write() as connection:
        connection.execute(insert(access_keys), keys)
    return found


@given(
    wanted=st.sampled_from(["k1", "a0", "a1", ""]) | _TEXTS,
    before=st.floats(-1, 4),
    most=st.integers(0, 9),
)
def test_it_gives_the_rows_of_sqlalchemy(
    database: Database, wanted: str, before: float, most: int
) -> None:
    values = {"wanted": wanted, "before": before, "most": most}
    with database.read() as connection:
        expected = connection.execute(_STATEMENT, values).all()
        found = _QUESTION.all(connection, values)
        assert [tuple(row) for row in found] == [tuple(row) for row in expected]
        assert [row._asdict() for row in found] == [row._asdict() for row in expected]
        first = _QUESTION.first(connection, values)
    assert first == (found[0] if found else None)
    assert _QUESTION.alone(database.engine, values) == first


def test_a_value_that_is_not_given_is_told(database: Database) -> None:
    with database.read() as connection, pytest.raises(KeyError, match="before"):
        _QUESTION.first(connection, {"wanted": "k1", "most": 1})


def test_a_fault_of_the_database_is_sqlalchemys(tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    asked = {"wanted": "k1", "before": 1.0, "most": 1}
    with pytest.raises(OperationalError, match="no such table"):
        _QUESTION.alone(empty.engine, asked)
    with empty.read() as connection, pytest.raises(OperationalError, match="no such table"):
        _QUESTION.all(connection, asked)
    nowhere = create_engine("postgresql+psycopg://127.0.0.1:9/none")
    with pytest.raises(OperationalError):
        _QUESTION.alone(nowhere, asked)


def test_it_sees_what_its_transaction_wrote(database: Database) -> None:
    key = {"access_key_id": "new", "secret": "s", "account": "x", "created_at": 99.0}
    asked = {"wanted": "new", "before": -1.0, "most": 1}
    with database.write() as connection:
        connection.execute(insert(access_keys), key)
        assert _QUESTION.first(connection, asked).created_at == 99
        assert _QUESTION.alone(database.engine, asked) is None
        connection.rollback()
