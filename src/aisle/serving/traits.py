"""What the Users dataset says of a user, as a model is told."""

from collections.abc import Mapping

from aisle.data.columns import NumberColumn
from aisle.data.state import Transaction
from aisle.serving.call import Call

_ID = "USER_ID"


def traits_of(
    call: Call, transaction: Transaction, group_arn: str, user_id: str | None
) -> Mapping[str, str | float]:
    """The user's row without its id and nulls; nothing where there is no such row."""
    if user_id is None:
        return {}
    users = call.catalogues.current(transaction, group_arn, "USERS")
    row = users.code(user_id)
    if row < 0:
        return {}
    traits: dict[str, str | float] = {}
    for name, column in users.columns.items():
        text = column.raw(row)
        if name != _ID and text is not None:
            traits[name] = float(text) if isinstance(column, NumberColumn) else text
    return traits
