"""Lists to numbers."""

from collections.abc import Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from aisle.evaluation import beyond_accuracy, list_metrics
from aisle.evaluation.held_out import HeldOut
from aisle.evaluation.metrics import hits_of

Ranked = NDArray[np.int32]
Values = NDArray[np.float64]

_MOST_DIVERSE = 5000
"""Lists whose diversity is measured; the others are passed over evenly."""


class Yardstick(msgspec.Struct, frozen=True):
    """What every model's lists are held to."""

    held: HeldOut
    cutoffs: tuple[int, ...]
    vectors: sparse.csr_array
    """`[items, features]`"""
    users_of_item: NDArray[np.int64]
    """`[items]` in training."""
    users: int
    """Those with an event in training."""
    pairs: NDArray[np.int64]
    """As of `HeldOut`, like `relevant`."""
    relevant: NDArray[np.int64]
    published: bool
    """Whether NDCG is to be had in the published way as well."""

    @classmethod
    def of(
        cls, held: HeldOut, cutoffs: tuple[int, ...], vectors: sparse.csr_array, *, published: bool
    ) -> "Yardstick":
        """Count once what all models need."""
        return cls(
            held=held,
            cutoffs=cutoffs,
            vectors=vectors,
            users_of_item=held.trained_users,
            users=int(np.count_nonzero(np.diff(held.train.offsets))),
            pairs=held.pairs,
            relevant=held.relevant,
            published=published,
        )

    def hits(self, ranked: Ranked) -> list_metrics.Hits:
        """`[lists, depth]`"""
        return hits_of(ranked, self.pairs, len(self.held.events.items))

    def of_lists(self, ranked: Ranked) -> Mapping[str, Values]:
        """`[lists]` values of every metric that each list has for itself; NaN where it has none."""
        hits, relevant = self.hits(ranked), self.relevant
        found: dict[str, Values] = {}
        for k in self.cutoffs:
            head = ranked[:, :k]
            found |= {
                f"hit_rate@{k}": list_metrics.hit(hits, k),
                f"ndcg@{k}": list_metrics.ndcg(hits, relevant, k),
                f"mrr@{k}": list_metrics.reciprocal_rank(hits, k),
                f"precision@{k}": list_metrics.precision(hits, k),
                f"recall@{k}": list_metrics.recall(hits, relevant, k),
                f"map@{k}": list_metrics.average_precision(hits, relevant, k),
                f"novelty@{k}": beyond_accuracy.novelty(head, self.users_of_item, self.users),
                f"diversity@{k}": self._diversity(head),
                f"cold_share@{k}": beyond_accuracy.cold_share(head, self.users_of_item),
            }
            if self.published:
                found[f"ndcg_published@{k}"] = list_metrics.ndcg_published(hits, k)
        return found

    def of_all(self, ranked: Ranked) -> Mapping[str, float]:
        """What only all lists together have: coverage of the catalogue, inequality of exposure."""
        found: dict[str, float] = {}
        for k in self.cutoffs:
            counts = beyond_accuracy.exposure(ranked[:, :k], len(self.users_of_item))
            found[f"coverage@{k}"] = float(np.mean(counts > 0))
            found[f"gini@{k}"] = beyond_accuracy.gini(counts)
        return found

    def _diversity(self, ranked: Ranked) -> Values:
        found = np.full(len(ranked), np.nan)
        chosen = np.unique(np.linspace(0, len(ranked) - 1, _MOST_DIVERSE).astype(np.int64))
        found[chosen] = beyond_accuracy.diversity(ranked[chosen], self.vectors)
        return found
