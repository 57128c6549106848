"""Streamed items, users and actions: the newest values of each id."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import BigInteger, Connection, Integer, bindparam, delete, func, insert, select

from aisle.data.group_commit import GroupCommit
from aisle.data.values import Value
from aisle.storage.database import Lock
from aisle.storage.tables import entities


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """One item, user or action as it stands from now on; `dataset` is its dataset's row number.

    https://docs.aws.amazon.com/personalize/latest/dg/API_UBS_Item.html and the pages beside it.
    """

    dataset: int
    entity_id: str
    values: Mapping[str, Value]
    """By the schema's field names, without the id and without nulls."""
    put_at: float
    """Epoch seconds."""


class EntityLog(GroupCommit[Entity]):
    """The streamed entities of one installation: the last row of an id replaces those before."""

    name = "entity-log"
    lock = Lock.ENTITIES

    def insert(self, connection: Connection, batch: list[Entity]) -> None:
        newest = {(entity.dataset, entity.entity_id): entity for entity in batch}
        keys = [{"of": dataset, "which": entity_id} for dataset, entity_id in newest]
        connection.execute(_REMOVE, keys)
        rows = [
            {
                "dataset": entity.dataset,
                "entity_id": entity.entity_id,
                "properties": msgspec.json.encode(entity.values).decode(),
                "put_at": entity.put_at,
            }
            for entity in newest.values()
        ]
        connection.execute(insert(entities), rows)


_REMOVE = delete(entities).where(
    entities.c.dataset == bindparam("of"), entities.c.entity_id == bindparam("which")
)


class Change(msgspec.Struct, frozen=True):
    """A row of the table: an entity's values, and the `id` that its last change gave it."""

    id: int
    entity_id: str
    values: Mapping[str, Value]
    put_at: float


def newest_change(connection: Connection, dataset: int) -> int:
    """The highest id of a dataset's rows; 0 if it has none."""
    return int(connection.execute(_NEWEST, {"of": dataset}).scalar() or 0)


def changes(connection: Connection, dataset: int, after: int, most: int) -> list[Change]:
    """The next entities that changed since the row of id `after`, in the order of their changes."""
    rows = connection.execute(_CHANGES, {"of": dataset, "after": after, "most": most})
    return [
        Change(row.id, row.entity_id, msgspec.json.decode(row.properties), row.put_at)
        for row in rows
    ]


def delete_entities(connection: Connection, dataset: int, most: int) -> bool:
    """Forget some entities of a dataset; True while there may be more."""
    some = select(entities.c.id).where(entities.c.dataset == dataset).limit(most).subquery()
    gone = delete(entities).where(entities.c.id.in_(select(some.c.id)))
    return connection.execute(gone).rowcount > 0


def streamed_ids(connection: Connection, dataset: int, up_to: int) -> list[tuple[int, str]]:
    """(row id, entity id) of the entities whose last change is not after the row of that id."""
    query = select(entities.c.id, entities.c.entity_id)
    of = query.where(entities.c.dataset == dataset, entities.c.id <= up_to)
    return [(row.id, row.entity_id) for row in connection.execute(of)]


def delete_changes(connection: Connection, ids: Sequence[int]) -> None:
    """Forget these rows, by their ids; an entity that has changed since is another row."""
    if ids:
        which = delete(entities).where(entities.c.id == bindparam("which"))
        connection.execute(which, [{"which": one} for one in ids])


_NEWEST = select(func.max(entities.c.id)).where(
    entities.c.dataset == bindparam("of", type_=BigInteger)
)
_CHANGES = (
    select(entities.c.id, entities.c.entity_id, entities.c.properties, entities.c.put_at)
    .where(
        entities.c.dataset == bindparam("of", type_=BigInteger),
        entities.c.id > bindparam("after", type_=BigInteger),
    )
    .order_by(entities.c.id)
    .limit(bindparam("most", type_=Integer))
)
