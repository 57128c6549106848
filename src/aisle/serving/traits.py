"""What the Users and Items datasets say of one entity, as a model is told."""

from collections.abc import Mapping

from aisle.data.catalogue import Catalogue
from aisle.data.columns import NumberColumn
from aisle.data.state import Transaction
from aisle.data.values import IDS
from aisle.serving.call import Call


def traits_of(
    call: Call, transaction: Transaction, group_arn: str, user_id: str | None
) -> Mapping[str, str | float]:
    """The user's row without its id and nulls; nothing where there is no such row."""
    return row_of(call.catalogues.current(transaction, group_arn, "USERS"), user_id)


def row_of(catalogue: Catalogue, entity_id: str | None) -> Mapping[str, str | float]:
    """An entity's row without its id and nulls; nothing where there is no such row."""
    row = -1 if entity_id is None else catalogue.code(entity_id)
    if row < 0:
        return {}
    traits: dict[str, str | float] = {}
    for name, column in catalogue.columns.items():
        text = column.raw(row)
        if name not in IDS and text is not None:
            traits[name] = float(text) if isinstance(column, NumberColumn) else text
    return traits
