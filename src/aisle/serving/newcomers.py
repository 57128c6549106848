"""Items that the catalogue has and the model has not: what they are worth, until it learns of them.

A newcomer's score is a tenth of the mean score of the items it shares a value with, a mean over
its values; one that shares none has a tenth of the mean of all. So it comes behind what is known
to be wanted of its kind, and before what is of no such kind.
"""

from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.columns import TextColumn
from aisle.serving.answer_space import AnswerSpace

Scores = NDArray[np.float32]

_SHARE = 0.1
_MOST_KEPT = 16
_MOST_VALUES_A_ROW = 0.5
"""A column with more distinct texts than this times its rows tells items apart, not kinds."""


class _Pairs(msgspec.Struct, frozen=True):
    """Which rows have which values, a pair a value that a row has."""

    rows: NDArray[np.int64]
    values: NDArray[np.int64]
    count: int
    """Distinct values there are."""


class Newcomers(msgspec.Struct, frozen=True):
    """The newcomers of an answer space, and what they share with known items."""

    rows: NDArray[np.int64]
    """Their rows, ascending."""
    known: _Pairs
    """The values of the items that the model knows."""
    counts: NDArray[np.int64]
    """`[values]` how many known items have each."""
    new: _Pairs
    """The values of the newcomers that known items have; `rows` are positions in `rows` above."""

    def worth(self, scores: Scores) -> Scores:
        """`[newcomers]` from the scores of the answer space; minus infinity counts as 0."""
        able = np.where(np.isfinite(scores), scores, np.float32(0))
        sums = np.bincount(self.known.values, able[self.known.rows], self.known.count)
        means = sums / np.maximum(self.counts, 1)
        count = len(self.rows)
        shared = np.bincount(self.new.rows, minlength=count)
        totals = np.bincount(self.new.rows, means[self.new.values], count)
        overall = able.sum() / max(len(scores) - count, 1)
        worth = np.where(shared > 0, totals / np.maximum(shared, 1), overall)
        return np.asarray(worth * _SHARE, np.float32)


@lru_cache(_MOST_KEPT)
def newcomers(space: AnswerSpace) -> Newcomers:
    """Those of a space."""
    is_known = np.zeros(len(space), np.bool_)
    is_known[space.of_model] = True
    rows = np.flatnonzero(~is_known)
    pairs = _pairs(space)
    of_known = is_known[pairs.rows]
    known = _Pairs(pairs.rows[of_known], pairs.values[of_known], pairs.count)
    counts = np.bincount(known.values, minlength=pairs.count)
    shared = ~of_known & (counts[pairs.values] > 0)
    new = _Pairs(np.searchsorted(rows, pairs.rows[shared]), pairs.values[shared], pairs.count)
    return Newcomers(rows, known, counts, new)


def placed(space: AnswerSpace, of_model: Scores, *, shares: bool) -> Scores:
    """`[space]` the model's scores where its items stand, and what newcomers are worth.

    `of_model` may go on with items that the model has met since the space was made.

    With `shares` the answer sums to 1, as the model's scores do.
    """
    scores = np.zeros(len(space), np.float32)
    scores[space.of_model] = of_model[: len(space.of_model)]
    if len(space) == len(space.of_model):
        return scores
    found = newcomers(space)
    scores[found.rows] = found.worth(scores)
    total = scores.sum()
    return scores / total if shares and total else scores


def _pairs(space: AnswerSpace) -> _Pairs:
    catalogue = space.catalogue
    rows: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    values: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    count = 0
    for column in catalogue.columns.values():
        if not isinstance(column, TextColumn) or column.lookup is None:
            continue
        if len(column.texts) > _MOST_VALUES_A_ROW * len(catalogue):
            continue
        some_rows, some_values, many = _of_column(column)
        rows.append(some_rows)
        values.append(some_values + count)
        count += many
    return _Pairs(np.concatenate(rows), np.concatenate(values), count)


def _of_column(column: TextColumn) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Rows, values and the number of distinct values of a column."""
    rows = np.flatnonzero(column.codes >= 0)
    texts = column.codes[rows].astype(np.int64)
    if column.members is None:
        return rows, texts, len(column.texts)
    starts = column.members.offsets[texts]
    lengths = column.members.offsets[texts + 1] - starts
    first = np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
    values = column.members.of_text[first + np.arange(len(first))].astype(np.int64)
    return np.repeat(rows, lengths), values, len(column.members.codes)
