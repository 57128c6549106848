"""One block of the transformer in NumPy, as fast as one core goes through it."""

from collections.abc import Mapping
from typing import Self

import msgspec
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from aisle.recipes.transformer.shape import EPSILON, Shape

Floats = NDArray[np.float32]


class Block(msgspec.Struct, frozen=True):
    """The parameters of `network.Block`, with what never changes worked out once.

    The matrices carry the weights of the norms before them, and that of queries the root of the
    heads' size.
    """

    heads: int
    attend: Floats
    """`[width, 3 * width]` to queries, keys and values."""
    attended: Floats
    """`[width, width]`"""
    gate: Floats
    """`[width, 4 * width]`"""
    gated: Floats
    """`[2 * width, width]`"""
    away: Floats
    """`[heads, length, length]` what a distance adds; minus infinity for what is ahead."""

    @classmethod
    def of(cls, parameters: Mapping[str, Floats], block: int, shape: Shape) -> Self:
        """From the parameters by the names that they have in training."""

        def matrix(name: str, norm: str | None = None) -> Floats:
            weight = parameters[f"blocks.{block}.{name}.weight"]
            factor = 1 if norm is None else parameters[f"blocks.{block}.{norm}.weight"]
            return np.ascontiguousarray((weight * factor).T)

        attend = matrix("attend", "before_attention")
        attend[:, : shape.width] *= np.float32((shape.width // shape.heads) ** -0.5)
        return cls(
            heads=shape.heads,
            attend=attend,
            attended=matrix("attended"),
            gate=matrix("gate", "before_gate"),
            gated=matrix("gated"),
            away=np.stack([_by_distance(of) for of in parameters[f"blocks.{block}.distance"]]),
        )

    def after(self, hidden: Floats, *, only_last: bool) -> Floats:
        """`[positions, width]` what the block makes of `hidden`, or `[1, width]` of its last.

        Earlier positions matter to the last one through their keys and values alone.
        """
        first = len(hidden) - 1 if only_last else 0
        hidden = hidden[first:] + self._seen(scaled(hidden), first) @ self.attended
        both = scaled(hidden) @ self.gate
        gate, passed = both[:, : both.shape[1] // 2], both[:, both.shape[1] // 2 :]
        with np.errstate(over="ignore"):  # a gate is shut where the exponential is infinite
            shut = np.exp(-gate)
        shut += 1
        opened = np.divide(gate, shut, out=shut)
        opened *= passed
        hidden += opened @ self.gated
        return hidden

    def _seen(self, normed: Floats, first: int) -> Floats:
        """`[positions - first, width]` the values that positions from `first` on look at."""
        length, width = normed.shape
        size = width // self.heads

        def by_head(part: Floats) -> Floats:
            """`[heads, positions, size]`"""
            return part.reshape(len(part), self.heads, size).swapaxes(0, 1)

        query = by_head(normed[first:] @ self.attend[:, :width])
        both = normed @ self.attend[:, width:]
        key, value = by_head(both[:, :width]), by_head(both[:, width:])
        looks = query @ key.swapaxes(1, 2)
        looks += self.away[:, first:length, :length]
        looks -= looks.max(2, keepdims=True)
        np.exp(looks, out=looks)
        seen = np.empty((length - first, self.heads, size), np.float32)
        np.divide(looks @ value, looks.sum(2, keepdims=True), out=seen.swapaxes(0, 1))
        return seen.reshape(-1, width)


def scaled(hidden: Floats) -> Floats:
    """`[positions, width]` a norm without its weight: vectors whose mean square is 1."""
    size = np.vecdot(hidden, hidden)[:, None]
    size /= hidden.shape[1]
    size += np.float32(EPSILON)
    np.sqrt(size, out=size)
    return np.asarray(hidden / size, np.float32)


def _by_distance(bias: Floats) -> Floats:
    """`[length, length]` a view of `bias` by steps back, minus infinity for what is ahead."""
    ahead = np.full(len(bias) - 1, -np.inf, np.float32)
    return sliding_window_view(np.concatenate([bias[::-1], ahead]), len(bias))[::-1]
