"""One database, embedded or served, behind two kinds of transaction: reading and writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import Error as SqliteError

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

_WRITING = "aisle_writing"
_CONNECTIONS = 16
"""More than there are threads that use them, so that none waits for another's transaction."""
_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
"""What SQLite's transactions are anyway."""


class Lock(IntEnum):
    """Keys of the PostgreSQL advisory locks that order writers."""

    RESOURCES = 0x41_49_53_4C_45_01
    EVENTS = 0x41_49_53_4C_45_02
    ENTITIES = 0x41_49_53_4C_45_03
    ACTIONS = 0x41_49_53_4C_45_04


class Database:
    """A pool of connections to the state of one installation."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        self.engine = create_engine(
            parsed, pool_pre_ping=not self.is_sqlite, pool_size=_CONNECTIONS, max_overflow=0
        )
        if self.is_sqlite:
            _prepare_sqlite(self.engine)
        snapshot = {} if self.is_sqlite else _SNAPSHOT
        self._reading = self.engine.execution_options(**snapshot)
        self._writing = self.engine.execution_options(**{_WRITING: True})

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A snapshot of the state."""
        with self._reading.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is on disk when the block ends, or undone if it raises."""
        with self._writing.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write_alone(self, of: Lock) -> Iterator[Connection]:
        """As `write`, but one at a time across all processes.

        What it reads stays true until it ends, and ids are given in the order of commits. SQLite
        writes alone anyway; PostgreSQL takes an advisory lock.
        """
        with self.write() as connection:
            if not self.is_sqlite:
                lock = text("SELECT pg_advisory_xact_lock(:key)")
                connection.execute(lock, {"key": int(of)})
            yield connection

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _prepare_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        assert isinstance(connection, SqliteConnection)  # noqa: S101 - narrows the driver's type
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # an acknowledged event outlives a power cut
            "busy_timeout=20000",
            "foreign_keys=ON",
            "cache_size=-16000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        writing = connection.get_execution_options().get(_WRITING)
        driver = connection.connection.driver_connection
        assert isinstance(driver, SqliteConnection)  # noqa: S101 - as above
        # By the driver: SQLAlchemy would take as long for it as for a query.
        begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
        try:
            driver.execute(begin)
        except SqliteError as error:
            raise DBAPIError.instance(begin, None, error, SqliteError) from error
