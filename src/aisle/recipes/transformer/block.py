"""One block of the transformer in NumPy, as fast as one core goes through it."""

from collections.abc import Mapping
from typing import Self

import msgspec
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from aisle.recipes.transformer.shape import EPSILON, Shape

Floats = NDArray[np.float32]

_TOGETHER = 64
"""Positions that look back at a time."""


class Block(msgspec.Struct, frozen=True):
    """The parameters of `network.Block`, with what never changes worked out once.

    The matrices carry the weights of the norms before them, and that of queries the root of the
    heads' size. A gate and what passes it are turned, which leaves their product as it is.
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
            gate=-matrix("gate", "before_gate"),
            gated=matrix("gated"),
            away=np.stack([_by_distance(of) for of in parameters[f"blocks.{block}.distance"]]),
        )

    def after(self, hidden: Floats) -> Floats:
        """`[positions, width]` what the block makes of each of `hidden`."""
        return self._gated(hidden + self._seen(scaled(hidden)) @ self.attended)

    def after_last(self, hidden: Floats) -> Floats:
        """`[1, width]` what the block makes of the last of `hidden`."""
        return self._gated(hidden[-1:] + self._seen_by_last(scaled(hidden)) @ self.attended)

    def _gated(self, hidden: Floats) -> Floats:
        both = scaled(hidden) @ self.gate
        gate, passed = both[:, : both.shape[1] // 2], both[:, both.shape[1] // 2 :]
        with np.errstate(over="ignore"):  # a gate is shut where the exponential is infinite
            shut = np.exp(gate)
        shut += 1
        opened = np.divide(gate, shut, out=shut)
        opened *= passed
        hidden += opened @ self.gated
        return hidden

    def _seen(self, normed: Floats) -> Floats:
        """`[positions, width]` the values that each position looks at.

        Some positions at a time, as none looks at those after it.
        """
        length, width = normed.shape
        size = width // self.heads
        parts = (normed @ self.attend).reshape(length, 3, self.heads, size)
        query, key, value = parts.transpose(1, 2, 0, 3)
        seen = np.empty((length, self.heads, size), np.float32)
        by_head = seen.swapaxes(0, 1)
        for first in range(0, length, _TOGETHER):
            rows, past = slice(first, first + _TOGETHER), slice(first + _TOGETHER)
            looks = query[:, rows] @ key[:, past].swapaxes(1, 2)
            looks += self.away[:, rows, past][:, : looks.shape[1], : looks.shape[2]]
            looks -= looks.max(2, keepdims=True)
            np.exp(looks, out=looks)
            np.divide(looks @ value[:, past], looks.sum(2, keepdims=True), out=by_head[:, rows])
        return seen.reshape(length, width)

    def _seen_by_last(self, normed: Floats) -> Floats:
        """`[1, width]` those that the last position looks at.

        A query's product with a key is its product with the matrix of keys, times the position that
        the key is of; so no key is needed, and in the same way no value.
        """
        length, width = normed.shape
        matrices = self.attend.reshape(width, 3, self.heads, -1).transpose(1, 2, 0, 3)
        query, key, value = matrices
        asked = normed[-1:] @ query @ key.swapaxes(1, 2)
        looks = asked[:, 0] @ normed.T
        looks += self.away[:, length - 1, :length]
        looks -= looks.max(1, keepdims=True)
        np.exp(looks, out=looks)
        looks /= looks.sum(1, keepdims=True)
        return np.asarray((looks @ normed)[:, None] @ value, np.float32).reshape(1, width)


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
