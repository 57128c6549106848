"""All that an installation keeps, as one process reaches it."""

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec
from sqlalchemy import Connection

from aisle.data.action_log import ActionLog
from aisle.data.entities import EntityLog
from aisle.data.event_log import EventLog
from aisle.settings import Settings
from aisle.storage.database import Database, Lock
from aisle.storage.objects import Objects
from aisle.storage.quotas import QUOTAS
from aisle.storage.resources import Resources
from aisle.storage.work import WorkQueue


class Transaction(msgspec.Struct, frozen=True):
    """One consistent view of the database."""

    connection: Connection
    resources: Resources


class State:
    """Handles on the database, the objects, the logs of streamed rows and the work queue."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = Database(settings.database)
        self.objects = Objects(settings)
        self.events = EventLog(self.database)
        self.actions = ActionLog(self.database)
        self.entities = EntityLog(self.database)
        self.work = WorkQueue(self.database, settings.lease_seconds)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A snapshot."""
        with self.database.read() as connection:
            yield Transaction(connection, Resources(connection))

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A change of resources: alone, so that what it checks stays true until it is written."""
        quotas = QUOTAS if self.settings.strict_quotas else {}
        with self.database.write_alone(Lock.RESOURCES) as connection:
            yield Transaction(connection, Resources(connection, quotas))

    def close(self) -> None:
        """Finish what is queued and close every connection."""
        for log in (self.events, self.actions, self.entities):
            log.close()
        self.database.close()
