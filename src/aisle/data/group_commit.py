"""Rows of many requests written together, each on disk before it is acknowledged."""

from abc import ABC, abstractmethod
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread
from typing import Generic, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from aisle.storage.database import Database, Lock

T = TypeVar("T")

_UNREACHABLE = (OperationalError, PoolTimeoutError)
"""It is the database that fails, not a row."""


class GroupCommit(ABC, Generic[T]):
    """Appends rows of one kind. One thread a process writes what has come in meanwhile.

    While a commit waits for the disk, the requests that arrive gather; the next commit takes
    them all. So the disk's latency bounds how long a request takes, not how many there are.
    """

    name = "group-commit"
    lock = Lock.EVENTS

    def __init__(self, database: Database) -> None:
        self.database = database
        self._queue: SimpleQueue[tuple[list[T], Future[None]] | None] = SimpleQueue()
        self._writer: Thread | None = None

    def append(self, batch: list[T]) -> Future[None]:
        """Store rows; the future is done when they are on disk."""
        if self._writer is None:
            self._writer = Thread(target=self._write_groups, name=self.name, daemon=True)
            self._writer.start()
        written: Future[None] = Future()
        written.set_running_or_notify_cancel()  # from here on it is stored, wanted or not
        self._queue.put((batch, written))
        return written

    def close(self) -> None:
        """Write what is queued and stop the writer."""
        if self._writer is not None:
            self._queue.put(None)
            self._writer.join()
            self._writer = None

    @abstractmethod
    def insert(self, connection: Connection, batch: list[T]) -> None:
        """Write rows of any number of requests, in the order they came."""

    def _write_groups(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            closing = False
            while not self._queue.empty():
                if (more := self._queue.get()) is None:
                    closing = True
                    break
                group.append(more)
            self._write(group)
            if closing:
                return

    def _write(self, group: list[tuple[list[T], Future[None]]]) -> None:
        try:
            with self.database.write_alone(self.lock) as connection:
                self.insert(connection, [row for batch, _ in group for row in batch])
        except Exception as error:  # noqa: BLE001 - each waiting request must hear of it
            if len(group) == 1 or isinstance(error, _UNREACHABLE):
                for _, written in group:
                    written.set_exception(error)
            else:  # one request's bad row must not fail the others of its group
                for one in group:
                    self._write([one])
            return
        for _, written in group:
            written.set_result(None)
