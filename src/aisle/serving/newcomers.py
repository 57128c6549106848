"""Items that the catalogue has and the model has not: what they are worth, until it learns of them.

A newcomer is worth to a user what the known items that it shares values with are: the mean over the
items of each value, and of those means one weighted by the values' inverse document frequency
(Spaerck Jones, "A statistical interpretation of term specificity", 1972), as a value that few items
share says more. What counts is half the model's scores and half the user's own history, the last
event most, because a model may say little for what the user has had. So newcomers share the scale
of the scores: no better than their kind, and no worse for being new.
"""

from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.columns import TextColumn
from aisle.serving.answer_space import AnswerSpace

Scores = NDArray[np.float32]
Codes = NDArray[np.int32]

_MOST_KEPT = 16
_LONGEST = 100
"""Events of a history that count."""
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
    rarity: NDArray[np.float64]
    """`[values]` inverse document frequency among the known items."""
    new: _Pairs
    """The values of the newcomers that known items have; `rows` are positions in `rows` above."""

    def worth(self, scores: Scores, wanted: NDArray[np.float64] | None = None) -> Scores:
        """`[newcomers]` from the scores of the answer space; what is not finite counts as 0.

        `wanted` `[space]` sums to 1: where the items stand that the user has had, by weight.
        """
        able = np.where(np.isfinite(scores), scores, np.float32(0)).astype(np.float64)
        if wanted is not None:
            able = (able + wanted * able.sum()) / 2
        sums = np.bincount(self.known.values, able[self.known.rows], self.known.count)
        means = sums / np.maximum(self.counts, 1)
        count = len(self.rows)
        rarity = self.rarity[self.new.values]
        weights = np.bincount(self.new.rows, rarity, count)
        totals = np.bincount(self.new.rows, rarity * means[self.new.values], count)
        overall = able.sum() / max(len(scores) - count, 1)
        told = weights > 0
        worth = np.where(told, totals / np.where(told, weights, 1), overall)
        return np.asarray(worth, np.float32)


@lru_cache(_MOST_KEPT)
def newcomers(space: AnswerSpace, trained: int | None = None) -> Newcomers:
    """Those of a space; items beyond the first `trained` of the model's are among them."""
    is_known = np.zeros(len(space), np.bool_)
    is_known[space.of_model[:trained]] = True
    rows = np.flatnonzero(~is_known)
    pairs = _pairs(space)
    of_known = is_known[pairs.rows]
    known = _Pairs(pairs.rows[of_known], pairs.values[of_known], pairs.count)
    counts = np.bincount(known.values, minlength=pairs.count)
    shared = ~of_known & (counts[pairs.values] > 0)
    new = _Pairs(np.searchsorted(rows, pairs.rows[shared]), pairs.values[shared], pairs.count)
    rarity = np.log((1 + int(is_known.sum())) / (1 + counts))
    return Newcomers(rows, known, counts, rarity, new)


def placed(
    space: AnswerSpace,
    of_model: Scores,
    *,
    shares: bool,
    history: Codes | None = None,
    trained: int | None = None,
) -> Scores:
    """`[space]` the model's scores where its items stand, and what newcomers are worth.

    `history` are the codes of what the user had, oldest first. With `shares` the answer sums to 1,
    as the model's scores do, but for what cannot be recommended: minus infinity, as which NaN
    counts too. `of_model` may go on with items that the model has met since the space was made. Of
    its items those from `trained` on came after the training: newcomers still, they are worth at
    least what their kind is.
    """
    scores = np.zeros(len(space), np.float32)
    scores[space.of_model] = of_model[: len(space.of_model)]
    scores[np.isnan(scores)] = -np.inf
    if len(space) == len(space.of_model[:trained]):
        return scores
    found = newcomers(space, trained)
    worth = found.worth(scores, _wanted(space, history))
    scores[found.rows] = np.maximum(scores[found.rows], worth)
    total = scores[np.isfinite(scores)].sum()
    return scores / total if shares and total > 0 else scores


def _wanted(space: AnswerSpace, history: Codes | None) -> NDArray[np.float64] | None:
    """`[space]` the items of a history by 1 / (1 + steps back), as shares."""
    if history is None or not len(history):
        return None
    recent = history[history < len(space.of_model)][-_LONGEST:][::-1]
    weights = 1 / (1.0 + np.arange(len(recent)))
    wanted = np.bincount(space.of_model[recent], weights, len(space))
    return wanted / wanted.sum() if len(recent) else None


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
