"""Vectors of items: what each has learnt for itself, and what its metadata says of it.

The vector of an item is its own plus the weighted sum of those of its features (Rendle 2010,
"Factorization Machines"; as side information of sequences, Liu et al. 2021,
https://arxiv.org/abs/2110.14168). An item that few had borrows from those of its kind, and one
that nobody had begins with what its features say.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from aisle.recipes.traits import Traits

Floats = NDArray[np.float32]


class ItemVectors(nn.Embedding):
    """A table whose `weight` is the items' own part, and `trait` that of the features."""

    offsets: Tensor
    """`[rows + 1]` where each row's features begin."""
    features: Tensor
    values: Tensor

    def __init__(self, rows: int, width: int, traits: Traits | None, *, sparse: bool) -> None:
        """Items without features, and a row beyond the items, have their own part alone."""
        super().__init__(rows, width, sparse=sparse)
        self.trait: nn.Parameter | None = None
        if traits is None:
            return
        offsets, features, values = traits.of(np.arange(len(traits.row_of)))
        beyond = np.full(rows + 1 - len(offsets), len(features))
        self.trait = nn.Parameter(torch.zeros(len(traits.space.hashes), width))
        self.register_buffer("offsets", torch.from_numpy(np.append(offsets, beyond)), False)
        self.register_buffer("features", torch.from_numpy(features.astype(np.int64)), False)
        self.register_buffer("values", torch.from_numpy(values), False)

    def forward(self, codes: Tensor) -> Tensor:
        """`[..., width]` for codes `[...]`."""
        own = super().forward(codes)
        if self.trait is None:
            return own
        flat = codes.flatten()
        starts = self.offsets[flat]
        counts = self.offsets[flat + 1] - starts
        begin = counts.cumsum(0) - counts
        entries = torch.arange(int(counts.sum()), device=codes.device)
        entries = entries + (starts - begin).repeat_interleave(counts)
        return own + self._described(self.trait, entries, begin).view_as(own)

    def whole(self) -> Tensor:
        """`[rows, width]` of all."""
        if self.trait is None:
            return self.weight
        entries = torch.arange(len(self.features), device=self.weight.device)
        return self.weight + self._described(self.trait, entries, self.offsets[:-1])

    def _described(self, trait: Tensor, entries: Tensor, begin: Tensor) -> Tensor:
        """The sums over `entries`, which belong to rows that begin where `begin` says."""
        return functional.embedding_bag(
            self.features[entries],
            trait,
            begin,
            mode="sum",
            per_sample_weights=self.values[entries],
        )
