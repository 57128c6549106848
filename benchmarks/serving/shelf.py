"""A dataset group of many items, one user and that user's events, as serving finds it."""

from collections.abc import Iterator, Sequence
from itertools import cycle
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.data.entities import Entity
from aisle.data.state import State
from aisle.data.values import Value
from aisle.filters.masks import Masks
from aisle.records import Dataset, Filter, Schema, Scope, Status
from aisle.records.dataset import dataset_arn
from aisle.serving.answer_space import AnswerSpaceCache
from aisle.serving.call import Call
from aisle.serving.catalogues import CatalogueCache
from aisle.serving.filtering import allowed
from aisle.serving.following import FollowedModels
from aisle.serving.interacted import ImportedCache
from aisle.serving.loading import NotHereError
from aisle.serving.models import ModelCache
from aisle.settings import Settings
from aisle.storage.migrations import migrate

SCOPE = Scope("000000000000", "eu-central-1")
GROUP = SCOPE.arn("dataset-group/bench")
BEYOND = 500
"""Items that only a model knows."""
EVENTS = 300
_FIELDS = {
    "ITEMS": (
        ("ITEM_ID", "string"),
        ("GENRES", "string"),
        ("BRAND", "string"),
        ("PRICE", "float"),
        ("YEAR", "int"),
    ),
    "USERS": (("USER_ID", "string"), ("AGE", "int")),
    "INTERACTIONS": (
        ("USER_ID", "string"),
        ("ITEM_ID", "string"),
        ("EVENT_TYPE", "string"),
        ("TIMESTAMP", "long"),
    ),
}


class Space(NamedTuple):
    """The catalogue's rows, then some that only a model knows."""

    catalogue: Catalogue
    size: int

    def __len__(self) -> int:
        return self.size

    def positions(self, entity_ids: Sequence[str]) -> list[int]:
        rows, row_of = len(self.catalogue), self.catalogue.codes.get
        found = [row_of(entity_id, -1) for entity_id in entity_ids]
        return [row if row < rows else -1 for row in found]


class Shelf:
    """The group in a state of its own; requests ask for one item after another."""

    def __init__(self, folder: Path, rows: int) -> None:
        self.rows = rows
        self._state = State(Settings(data_dir=folder))
        migrate(self._state.database)
        self._seqs = {
            kind: self._fill(kind, frame)
            for kind, frame in (
                ("ITEMS", _items(rows)),
                ("USERS", pl.DataFrame({"USER_ID": ["me"], "AGE": [30]})),
                ("INTERACTIONS", _events(rows)),
            )
        }
        self._puts = 0
        self._catalogues = CatalogueCache(self._state)
        self._imported = ImportedCache(self._state.objects)
        self.call = self.fresh()
        asked = np.random.default_rng(13).choice(rows, 50, replace=False)
        self._asked: Iterator[str] = cycle([f"item-{n}" for n in asked])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._state.close()

    def fresh(self) -> Call:
        """A call without any mask."""
        state = self._state
        return Call(
            scope=SCOPE,
            state=state,
            models=ModelCache(state.objects),
            followed=FollowedModels(state),
            catalogues=self._catalogues,
            imported=self._imported,
            masks=Masks(),
            spaces=AnswerSpaceCache(),
        )

    def filter(self, name: str, expression: str) -> str:
        """The ARN of a new filter."""
        record = Filter(
            arn=SCOPE.arn(f"filter/{name}"),
            name=name,
            status=Status.ACTIVE,
            creation_date_time=0.0,
            last_updated_date_time=0.0,
            dataset_group_arn=GROUP,
            filter_expression=expression,
        )
        with self._state.write() as transaction:
            transaction.resources.add(record)
        return record.arn

    def row(self) -> Dataset | None:
        """One row, in a transaction of its own."""
        with self._state.read() as transaction:
            return transaction.resources.get(Dataset, dataset_arn(GROUP, "ITEMS"))

    def put(self) -> None:
        """A price that changes, and the catalogue that follows it."""
        self._puts += 1
        values: dict[str, Value] = {
            "GENRES": "genre-1",
            "BRAND": "brand-1",
            "PRICE": 1.0 + self._puts,
            "YEAR": 2000,
        }
        entity = Entity(dataset=self._seqs["ITEMS"], entity_id="item-5", values=values, put_at=0.0)
        self._state.entities.append([entity]).result()
        self.space()

    def space(self) -> Space:
        """What answers are chosen from, at this moment."""
        while True:
            try:
                with self._state.read() as transaction:
                    catalogue = self._catalogues.current(transaction, GROUP, "ITEMS")
                    return Space(catalogue, self.rows + BEYOND)
            except NotHereError as missing:
                missing.load()

    def ask(self, call: Call, space: Space, arn: str, values: dict[str, str]) -> NDArray[np.bool_]:
        """What a filter adds to a request, in the request's own transaction."""
        item = next(self._asked)
        while True:
            try:
                with self._state.read() as transaction:
                    return allowed(
                        call,
                        transaction,
                        GROUP,
                        space,
                        arn,
                        values=values,
                        user_id="me",
                        item_id=item,
                    )
            except NotHereError as missing:
                missing.load()

    def _fill(self, kind: str, frame: pl.DataFrame) -> int:
        """An ACTIVE dataset with one imported part; its row number."""
        fields = [
            {"name": name, "type": of, **({"categorical": True} if name == "GENRES" else {})}
            for name, of in _FIELDS[kind]
        ]
        document = {
            "type": "record",
            "name": kind.capitalize(),
            "namespace": "com.amazonaws.personalize.schema",
            "fields": fields,
            "version": "1.0",
        }
        schema = Schema(
            arn=SCOPE.arn(f"schema/{kind}"),
            name=kind,
            status=Status.ACTIVE,
            schema=msgspec.json.encode(document).decode(),
            creation_date_time=0.0,
            last_updated_date_time=0.0,
        )
        key = f"datasets/{kind}.parquet"
        dataset = Dataset(
            arn=dataset_arn(GROUP, kind),
            name=kind,
            parent_arn=GROUP,
            status=Status.ACTIVE,
            dataset_group_arn=GROUP,
            dataset_type=kind,
            schema_arn=schema.arn,
            parts=(key,),
            creation_date_time=0.0,
            last_updated_date_time=0.0,
        )
        with self._state.objects.staging() as staging:
            frame.write_parquet(staging / "part.parquet")
            self._state.objects.publish(staging / "part.parquet", key)
        with self._state.write() as transaction:
            transaction.resources.add(schema)
            return transaction.resources.add(dataset)


def _items(rows: int) -> pl.DataFrame:
    random = np.random.default_rng(7)
    genres = [
        "|".join(f"genre-{n}" for n in random.choice(20, random.integers(1, 4), replace=False))
        for _ in range(rows)
    ]
    return pl.DataFrame(
        {
            "ITEM_ID": [f"item-{n}" for n in range(rows)],
            "GENRES": genres,
            "BRAND": [f"brand-{n}" for n in random.integers(0, 5000, rows)],
            "PRICE": random.gamma(2.0, 20.0, rows).round(2).astype(np.float32),
            "YEAR": random.integers(1950, 2026, rows).astype(np.int32),
        }
    )


def _events(rows: int) -> pl.DataFrame:
    items = np.random.default_rng(11).choice(rows, EVENTS, replace=False)
    return pl.DataFrame(
        {
            "USER_ID": ["me"] * EVENTS,
            "ITEM_ID": [f"item-{n}" for n in items],
            "EVENT_TYPE": [("View", "Purchase", "Cart")[n % 3] for n in items],
            "TIMESTAMP": np.arange(EVENTS),
        }
    )
