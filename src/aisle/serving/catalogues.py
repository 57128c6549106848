"""Catalogues in memory: each dataset's rows are loaded once a process and follow its changes."""

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

import msgspec
from sqlalchemy import bindparam, func, select

from aisle.data.catalogue import EMPTY, Catalogue, CatalogueBuilder
from aisle.data.entities import changes
from aisle.data.schema import parse_schema
from aisle.data.state import State, Transaction
from aisle.recipes.base import Model, reads_traits
from aisle.records import Dataset, Schema
from aisle.records.dataset import dataset_arn
from aisle.serving.loading import NotHereError
from aisle.storage.question import Question
from aisle.storage.tables import entities, resources

_MOST_ROWS = 4_000_000
_MOST_CHANGES_AT_ONCE = 200
"""How many streamed rows a request takes in on its way; more of them go through a thread."""


class _Contents(msgspec.Struct, frozen=True):
    """What the rows of a catalogue are made of, but for streamed changes."""

    seq: int
    parts: tuple[str, ...]
    schema_arn: str
    revision: int


class _Kept:
    """A catalogue in memory, and how far it has followed the streamed rows."""

    def __init__(self, builder: CatalogueBuilder) -> None:
        self.builder = builder
        self.seen = 0

    def follow(self, transaction: Transaction, seq: int) -> bool:
        """Take in the next streamed rows; True while there may be more."""
        some = changes(transaction.connection, seq, self.seen, _MOST_CHANGES_AT_ONCE)
        self.builder.put(some)
        if some:
            self.seen = some[-1].id
        return len(some) == _MOST_CHANGES_AT_ONCE


class CatalogueCache:
    """The catalogues used last; together they have a bounded number of rows."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._kept: OrderedDict[_Contents, _Kept] = OrderedDict()
        self._loading = Lock()
        self._changing = Lock()

    def current(self, transaction: Transaction, group_arn: str, dataset_type: str) -> Catalogue:
        """The rows of a group's dataset at this moment; none where it has no such dataset.

        Raises NotHereError where they have to be loaded first.
        """
        wanted = {"wanted_arn": dataset_arn(group_arn, dataset_type)}
        row = _LOOK.first(transaction.connection, wanted)
        if row is None:
            return EMPTY
        dataset = msgspec.json.decode(row.record, type=Dataset)
        contents = _Contents(row.seq, dataset.parts, dataset.schema_arn, dataset.revision)
        newest = row.newest or 0
        with self._changing:
            kept = self._kept.get(contents)
            if kept is not None and newest - kept.seen <= _MOST_CHANGES_AT_ONCE:
                self._kept.move_to_end(contents)
                if newest > kept.seen:
                    kept.follow(transaction, contents.seq)
                return kept.builder.catalogue()
        raise NotHereError(lambda: self._load(contents))

    def traits(
        self, transaction: Transaction, group_arn: str, user_id: str | None, model: Model
    ) -> Mapping[str, str | float]:
        """A user's row of the Users dataset, for a model whose answers depend on it.

        Raises NotHereError as `current` does.
        """
        if not reads_traits(model):
            return {}
        return self.current(transaction, group_arn, "USERS").traits(user_id)

    def _load(self, contents: _Contents) -> None:
        """Have a catalogue here with all changes up to now; this is not for the event loop."""
        with self._loading:
            if contents not in self._kept:
                kept = self._built(contents)
                with self._changing:
                    self._kept[contents] = kept
                    self._make_room(contents)
            more = True
            while more:
                with self._changing, self._state.read() as transaction:
                    more = self._kept[contents].follow(transaction, contents.seq)

    def _built(self, contents: _Contents) -> _Kept:
        with self._state.read() as transaction:
            schema = transaction.resources.require(Schema, contents.schema_arn)
            paths = [self._state.objects.local(key) for key in contents.parts]
            builder = CatalogueBuilder(parse_schema(schema.schema, schema.domain), paths)
            kept = _Kept(builder)
            while kept.follow(transaction, contents.seq):
                pass
        builder.catalogue()
        return kept

    @property
    def rows(self) -> int:
        """How many rows are held in all."""
        return sum(kept.builder.catalogue().rows for kept in self._kept.values())

    def _make_room(self, needed: _Contents) -> None:
        """Drop what an import has replaced, then what was used longest ago."""
        for contents in [one for one in self._kept if one.seq == needed.seq and one != needed]:
            del self._kept[contents]
        while self.rows > _MOST_ROWS and next(iter(self._kept)) != needed:
            self._kept.popitem(last=False)


_NEWEST = select(func.max(entities.c.id)).where(entities.c.dataset == resources.c.seq)
_LOOK = Question(
    select(resources.c.seq, resources.c.record, _NEWEST.scalar_subquery().label("newest")).where(
        resources.c.arn == bindparam("wanted_arn"), resources.c.kind == Dataset.kind
    )
)
