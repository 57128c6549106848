"""How models do on short and long histories, and on popular and rare items."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from aisle.evaluation import list_metrics
from aisle.offline.measuring import Ranked, Yardstick
from aisle.offline.results import Part

HISTORY, POPULARITY = "history", "popularity"
_DECILES = 10


def parts_of(model: str, ranked: Ranked, yardstick: Yardstick, cutoff: int) -> Iterator[Part]:
    """NDCG by events given, in powers of two, and by how popular in training the items to be found
    are: decile 1 is the tenth of the items with most users.

    Of an item to be found the gain is 1/log2(1 + its place), 0 beyond the cutoff, which is the
    NDCG where it is the only one.
    """
    hits = yardstick.hits(ranked)
    gains = list_metrics.ndcg(hits, yardstick.relevant, cutoff)
    exponents = np.log2(yardstick.held.history_length).astype(np.int64)
    for exponent in np.unique(exponents).tolist():
        of = exponents == exponent
        yield Part(model, HISTORY, _range(exponent), _mean(gains[of]), int(of.sum()))
    decile, of_item = _deciles(yardstick), _item_gains(ranked, hits, yardstick, cutoff)
    for number in np.unique(decile).tolist():
        of = decile == number
        name = str(number + 1) if number < _DECILES else "new"
        yield Part(model, POPULARITY, name, _mean(of_item[of]), int(of.sum()))


def _mean(values: NDArray[np.float64]) -> float:
    return round(float(values.mean()), 6)


def _range(exponent: int) -> str:
    """Half-open between powers of two: 1, 2-3, 4-7."""
    low, high = 2**exponent, 2 ** (exponent + 1) - 1
    return str(low) if low == high else f"{low}-{high}"


def _deciles(yardstick: Yardstick) -> NDArray[np.int64]:
    """`[truths]` from 0; `_DECILES` for items that nobody had in training."""
    users = yardstick.users_of_item
    known = np.flatnonzero(users)
    ordered = known[np.argsort(-users[known], kind="stable")]
    decile = np.full(len(users), _DECILES)
    decile[ordered] = np.arange(len(ordered)) * _DECILES // max(len(ordered), 1)
    return decile[yardstick.held.truth]


def _item_gains(
    ranked: Ranked, hits: list_metrics.Hits, yardstick: Yardstick, cutoff: int
) -> NDArray[np.float64]:
    """`[truths]`"""
    lists, places = np.nonzero(hits[:, :cutoff])
    pairs = lists * len(yardstick.users_of_item) + ranked[lists, places]
    gains = np.zeros(len(yardstick.pairs))
    gains[np.searchsorted(yardstick.pairs, pairs)] = 1 / np.log2(places + 2)
    return gains
