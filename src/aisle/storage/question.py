"""Queries on the path of every answer, asked through the driver."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPICursor, Dialect
from sqlalchemy.sql.selectable import SelectBase


class _Written(msgspec.Struct, frozen=True):
    """A query in a dialect's words."""

    text: str
    values: Callable[[Mapping[str, object]], Any]
    """As the driver takes them: by name or by place."""


class Question:
    """A query that is made once and written once a dialect.

    SQLAlchemy takes five times as long for one as SQLite does. The values of a row are the
    driver's, so the columns have to be of types that need no conversion: numbers, texts, bytes. A
    value cannot be a list.
    """

    def __init__(self, statement: SelectBase) -> None:
        self.statement = statement
        names = [str(column.key) for column in statement.selected_columns]
        row = namedtuple("row", names)  # type: ignore[misc] # noqa: PYI024 - the query names them
        self._row: Callable[..., Any] = row
        self._written: dict[str, _Written] = {}

    def all(self, connection: Connection, values: Mapping[str, object]) -> list[Any]:
        """Every row, in the connection's transaction; fields by the names of columns."""
        found = self._asked(connection.connection.cursor(), connection.dialect, values).fetchall()
        return [self._row(*row) for row in found]

    def first(self, connection: Connection, values: Mapping[str, object]) -> Any:
        """As `all`, the first row alone; None where there is none."""
        return self._first(connection.connection.cursor(), connection.dialect, values)

    def alone(self, engine: Engine, values: Mapping[str, object]) -> Any:
        """As `first`, in a transaction of its own."""
        connection = engine.raw_connection()
        try:
            return self._first(connection.cursor(), engine.dialect, values)
        finally:
            connection.close()

    def _first(self, cursor: DBAPICursor, dialect: Dialect, values: Mapping[str, object]) -> Any:
        row = self._asked(cursor, dialect, values).fetchone()
        return None if row is None else self._row(*row)

    def _asked(
        self, cursor: DBAPICursor, dialect: Dialect, values: Mapping[str, object]
    ) -> DBAPICursor:
        written = self._written.get(dialect.name)
        if written is None:
            written = self._written[dialect.name] = _write(self.statement, dialect)
        cursor.execute(written.text, written.values(values))
        return cursor


def _write(statement: SelectBase, dialect: Dialect) -> _Written:
    compiled = statement.compile(dialect=dialect)
    usual, places = compiled.params, compiled.positiontup

    def by_name(given: Mapping[str, object]) -> Mapping[str, object]:
        return {**usual, **given}

    def by_place(given: Mapping[str, object]) -> Sequence[object]:
        named = by_name(given)
        return [named[each] for each in places or ()]

    return _Written(compiled.string, by_name if places is None else by_place)
