"""Queries on the path of every answer, asked through the driver."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPICursor, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.selectable import SelectBase


class _Written(msgspec.Struct, frozen=True):
    """A query in a dialect's words."""

    text: str
    names: Sequence[str]
    """Of its values; in the order of their places where the driver takes them by place."""
    by_place: bool
    own: Mapping[str, object]
    """Values that stand in the query itself."""

    def values(self, given: Mapping[str, object]) -> Any:
        """As the driver takes them; KeyError for one that is not given."""
        every = {**self.own, **given}
        if self.by_place:
            return [every[name] for name in self.names]
        return {name: every[name] for name in self.names}


class Question:
    """A query that is made once and written once a driver.

    SQLAlchemy takes seven times as long for one as SQLite does. The values of a row are the
    driver's, so the columns have to be of types that need no conversion: numbers, texts, bytes. A
    value cannot be a list. Faults of the database are SQLAlchemy's DBAPIError.
    """

    def __init__(self, statement: SelectBase) -> None:
        self.statement = statement
        names = [str(column.key) for column in statement.selected_columns]
        row = namedtuple("row", names)  # type: ignore[misc] # noqa: PYI024 - the query names them
        self._row: Callable[..., Any] = row
        self._written: dict[tuple[str, str], _Written] = {}

    def all(self, connection: Connection, values: Mapping[str, object]) -> list[Any]:
        """Every row, in the connection's transaction; fields by the names of columns."""
        found = self._asked(connection.dialect, connection.connection.cursor, values, _every)
        return [self._row(*row) for row in found]

    def first(self, connection: Connection, values: Mapping[str, object]) -> Any:
        """As `all`, the first row alone; None where there is none."""
        row = self._asked(connection.dialect, connection.connection.cursor, values, _one)
        return None if row is None else self._row(*row)

    def alone(self, engine: Engine, values: Mapping[str, object]) -> Any:
        """As `first`, in a transaction of its own."""

        def ask() -> Any:
            connection = engine.raw_connection()
            try:
                return self._asked(engine.dialect, connection.cursor, values, _one)
            finally:
                connection.close()

        row = _guarded(engine.dialect, "connect", ask)
        return None if row is None else self._row(*row)

    def _asked(
        self,
        dialect: Dialect,
        cursor: Callable[[], DBAPICursor],
        values: Mapping[str, object],
        take: Callable[[DBAPICursor], Any],
    ) -> Any:
        key = dialect.name, dialect.driver
        written = self._written.get(key)
        if written is None:
            written = self._written[key] = _write(self.statement, dialect)
        given = written.values(values)

        def ask() -> Any:
            opened = cursor()
            opened.execute(written.text, given)
            return take(opened)

        return _guarded(dialect, written.text, ask)


def _every(cursor: DBAPICursor) -> Any:
    return cursor.fetchall()


def _one(cursor: DBAPICursor) -> Any:
    return cursor.fetchone()


def _guarded(dialect: Dialect, text: str, ask: Callable[[], Any]) -> Any:
    """What `ask` gives; the driver's faults as SQLAlchemy's."""
    faults = dialect.loaded_dbapi.Error
    try:
        return ask()
    except faults as error:
        raise DBAPIError.instance(text, None, error, faults, dialect=dialect) from error


def _write(statement: SelectBase, dialect: Dialect) -> _Written:
    compiled = statement.compile(dialect=dialect)
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    return _Written(
        text=compiled.string,
        names=compiled.positiontup or list(binds),
        by_place=compiled.positional,
        own={name: bind.effective_value for name, bind in binds.items() if not bind.required},
    )
