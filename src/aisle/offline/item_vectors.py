"""Items as vectors, to say how alike two are."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from aisle.data.catalogue import Catalogue
from aisle.data.columns import TextColumn
from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.recipes.popularity import distinct_pairs

METADATA = "metadata"
CO_OCCURRENCE = "co-occurrence"
_ID = "ITEM_ID"
_MOST_VALUES = 0.5
"""A column with more values than this share of the rows names items rather than groups them."""


def item_vectors(train: Interactions, items: Catalogue) -> tuple[sparse.csr_array, str]:
    """`[items, features]` and what the features are: the values of categorical metadata where any
    item has one, else the users who had the item.
    """
    described = _metadata(train.items, items)
    if described is not None:
        return described, METADATA
    users, codes = distinct_pairs(train)
    shape = (len(train.items), len(train.users))
    return sparse.csr_array((np.ones(len(codes)), (codes, users)), shape), CO_OCCURRENCE


def _metadata(ids: IdIndex, items: Catalogue) -> sparse.csr_array | None:
    rows = np.array([items.code(one) for one in ids], np.int64)
    columns = [
        _one_hot(column, rows)
        for name, column in items.columns.items()
        if name != _ID and isinstance(column, TextColumn) and _groups(column)
    ]
    features = [one for one in columns if one.nnz]
    return sparse.csr_array(sparse.hstack(features)) if features else None


def _groups(column: TextColumn) -> bool:
    """Whether the column is one of categories: not textual, and values are shared by items."""
    if column.members is not None:
        return True
    return column.lookup is not None and len(column.texts) <= _MOST_VALUES * len(column.codes)


def _one_hot(column: TextColumn, rows: NDArray[np.int64]) -> sparse.csr_array:
    """`[items, values]`; items without a row or a value have zeros."""
    names: dict[str, int] = {}
    of_text = [
        [names.setdefault(one, len(names)) for one in set(_split(column, text))]
        for text in column.texts
    ]
    pairs = [
        (item, value)
        for item, row in enumerate(rows.tolist())
        if row >= 0 and column.codes[row] >= 0
        for value in of_text[column.codes[row]]
    ]
    found, values = np.array(pairs, np.int64).reshape(-1, 2).T
    return sparse.csr_array((np.ones(len(found)), (found, values)), (len(rows), max(len(names), 1)))


def _split(column: TextColumn, text: str) -> list[str]:
    return text.split("|") if column.members is not None else [text]
