"""What a transformer has learnt, and its answers with NumPy alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

import msgspec
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.recipes import artefact
from aisle.recipes.base import Query
from aisle.recipes.metadata_features import FeatureSpace
from aisle.recipes.transformer.shape import EPSILON, READ, Shape
from aisle.recipes.transformer.times import UNKNOWN, gap_classes
from aisle.recipes.transformer.values import value_classes

NAME = "causal-transformer"
Floats = NDArray[np.float32]

_EVENT_TYPES = "event_types.json"
_LOWEST = np.float32(-80)
"""Below it a gate is shut; its exponential would be too large a number."""


class TransformerModel(msgspec.Struct, frozen=True):
    """The parameters by the names that they have in training."""

    items: IdIndex
    shape: Shape
    event_types: tuple[str, ...]
    """The names of the codes of event types."""
    parameters: Mapping[str, Floats]
    usual: NDArray[np.bool_]
    """`[classes]` the classes of gaps that were learnt."""
    edges: Floats
    """Those of the classes of event values."""
    traits: FeatureSpace | None = None
    """Reads what the start of a history is told of its user."""

    def scores(self, query: Query) -> Floats:
        """`[items]` log probabilities for the next item of a history at the time of the request, up
        to a constant.
        """
        return self.parameters["output.weight"] @ self.vector(query) + self.parameters["bias"]

    def log_probabilities(self, query: Query) -> Floats:
        """`[items]` as `scores`, of probabilities that sum to 1."""
        scores = self.scores(query)
        scores -= scores.max()
        return np.asarray(scores - np.log(np.exp(scores).sum()), np.float32)

    def vector(self, query: Query) -> Floats:
        """`[width]` what the last position of a history says.

        Earlier positions matter through their keys and values alone, so the last block works out
        one position.
        """
        codes = self._read(query)
        hidden = np.zeros((len(codes["item"]), self.shape.width), np.float32)
        for name in READ:
            hidden += self.parameters[f"inputs.{name}.weight"][codes[name]]
        if self.traits is not None and codes["item"][0] == self.shape.start:
            known = self.traits.row(query.traits)
            hidden[0] += known.values @ self.parameters["inputs.trait"][known.features]
        for block in range(self.shape.blocks):
            hidden = self._block(block, hidden, only_last=block == self.shape.blocks - 1)
        return _normed(hidden[-1], self.parameters["norm.weight"])

    def _read(self, query: Query) -> dict[str, NDArray[np.int64]]:
        """`[positions]` codes: the last events, after a start where all of them fit."""
        length = self.shape.length
        whole = len(query.history) < length
        kept = slice(max(len(query.history) - length, 0), None)
        start = 1 if whole else 0
        times = np.append(query.times.astype(np.float64), query.now)
        gaps = gap_classes(np.diff(times))
        gaps = np.where(self.usual[gaps], gaps, UNKNOWN)
        since = np.append(UNKNOWN, gaps[:-1])[: len(query.history)]
        count = len(query.history)
        kinds = np.zeros(count, np.int64) if query.event_type is None else query.event_type
        values = value_classes(query.value, self.edges, count)

        def led(codes: NDArray[np.integer], first: int) -> NDArray[np.int64]:
            return np.concatenate([np.full(start, first), codes[kept]]).astype(np.int64)

        return {
            "item": led(query.history, self.shape.start),
            "event_type": led(np.minimum(kinds, self.shape.event_types - 1), 0),
            "value": led(values, 0),
            "since": led(since, UNKNOWN),
            "until": led(gaps, UNKNOWN),
        }

    def _block(self, block: int, hidden: Floats, *, only_last: bool) -> Floats:
        """`[positions, width]`, or `[1, width]` for the last one."""
        of = {
            name: self.parameters[f"blocks.{block}.{name}"]
            for name in (
                "before_attention.weight",
                "before_gate.weight",
                "attend.weight",
                "attended.weight",
                "gate.weight",
                "gated.weight",
                "distance",
            )
        }
        width = self.shape.width
        normed = _normed(hidden, of["before_attention.weight"])
        asking = normed[-1:] if only_last else normed
        query = asking @ of["attend.weight"][:width].T
        key, value = np.split(normed @ of["attend.weight"][width:].T, 2, axis=1)
        seen = self._attended(query, key, value, of["distance"])
        hidden = hidden[-len(asking) :] + seen @ of["attended.weight"].T
        both = _normed(hidden, of["before_gate.weight"]) @ of["gate.weight"].T
        gate, passed = np.split(both, 2, axis=1)
        opened = gate / (1 + np.exp(-np.maximum(gate, _LOWEST))) * passed
        return np.asarray(hidden + opened @ of["gated.weight"].T, np.float32)

    def _attended(self, query: Floats, key: Floats, value: Floats, distance: Floats) -> Floats:
        """`[asking, width]`: the values that each asking position, the last ones, looks at."""
        heads, size = self.shape.heads, self.shape.width // self.shape.heads
        seen = np.empty_like(query)
        for head in range(heads):
            part = slice(head * size, (head + 1) * size)
            scores = (query[:, part] * np.float32(size**-0.5)) @ key[:, part].T
            scores += _by_distance(distance[head], len(key))[-len(query) :]
            scores = np.exp(scores - scores.max(1, keepdims=True))
            seen[:, part] = scores @ value[:, part] / scores.sum(1, keepdims=True)
        return seen

    def save(self, folder: Path) -> None:
        """Write the parameters beside the ids."""
        arrays = {**self.parameters, "usual": self.usual, "edges": self.edges}
        if self.traits is not None:
            arrays |= self.traits.arrays()
        settings = {name: float(getattr(self.shape, name)) for name in self.shape.__struct_fields__}
        artefact.save(folder, NAME, self.items, arrays, settings)
        (folder / _EVENT_TYPES).write_bytes(msgspec.json.encode(self.event_types))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        items, arrays, settings = artefact.load(folder, NAME)
        shape = Shape(**{name: int(value) for name, value in settings.items()})
        usual, edges = arrays.pop("usual"), arrays.pop("edges")
        names = msgspec.json.decode((folder / _EVENT_TYPES).read_bytes(), type=tuple[str, ...])
        traits = FeatureSpace.of_arrays(arrays) if shape.traits else None
        return cls(items, shape, names, arrays, usual, edges, traits)


def _by_distance(bias: Floats, length: int) -> Floats:
    """`[length, length]` a view of `bias` by steps back, minus infinity for what is ahead."""
    ahead = np.full(length - 1, -np.inf, np.float32)
    around = np.concatenate([bias[:length][::-1], ahead])
    return sliding_window_view(around, length)[::-1]


def _normed(hidden: Floats, weight: Floats) -> Floats:
    scale = 1 / np.sqrt((hidden * hidden).mean(-1, keepdims=True) + np.float32(EPSILON))
    return np.asarray(hidden * scale * weight, np.float32)
