"""What a transformer has learnt, and its answers with NumPy alone."""

from collections.abc import Mapping
from functools import cached_property, reduce
from operator import iadd
from pathlib import Path
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.recipes import artefact
from aisle.recipes.base import Query
from aisle.recipes.metadata_features import FeatureSpace
from aisle.recipes.transformer.block import Block, scaled
from aisle.recipes.transformer.context import NO_CONTEXT, ContextSpace
from aisle.recipes.transformer.shape import READ, Shape
from aisle.recipes.transformer.times import UNKNOWN, gap_classes
from aisle.recipes.transformer.values import value_classes

NAME = "causal-transformer"
Floats = NDArray[np.float32]

_OUTPUT = "output.weight"
_EVENT_TYPES, _CONTEXT = "event_types.json", "context.json"
_SPACES = ("of_users", "of_items")


class TransformerModel(msgspec.Struct, frozen=True, dict=True):
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
    of_users: FeatureSpace | None = None
    """Reads what the start of a history is told of its user."""
    of_items: FeatureSpace | None = None
    """And what is known of an item; its vector in `parameters` has that in it already."""
    context: ContextSpace = NO_CONTEXT
    """Reads the context of a request."""

    def scores(self, query: Query) -> Floats:
        """`[items]` log probabilities for the next item of a history at the time of the request, up
        to a constant.
        """
        scores = self.parameters[_OUTPUT] @ self.vector(query)
        scores += self.parameters["bias"]
        return np.asarray(scores, np.float32)

    def log_probabilities(self, query: Query) -> Floats:
        """`[items]` as `scores`, of probabilities that sum to 1."""
        scores = self.scores(query)
        scores -= scores.max()
        scores -= np.log(np.exp(scores).sum())
        return scores

    def vector(self, query: Query) -> Floats:
        """`[width]` what the last position of a history says."""
        codes = self._read(query.only(slice(-self.shape.length - 1, None)))
        parts = (self.parameters[f"inputs.{name}.weight"].take(codes[name], 0) for name in READ)
        hidden = reduce(iadd, parts)
        if self.of_users is not None and codes["item"][0] == self.shape.start:
            known = self.of_users.row(query.traits)
            hidden[0] += known.values @ self.parameters["inputs.trait"][known.features]
        if query.context and self.context.columns:
            told = self.context.rows_of(query.context)
            hidden[-1] += self.parameters["inputs.context.weight"][told].sum(0)
        *blocks, last = self._blocks
        for block in blocks:
            hidden = block.after(hidden)
        return np.asarray(scaled(last.after_last(hidden))[0] * self.parameters["norm.weight"])

    @cached_property
    def _blocks(self) -> tuple[Block, ...]:
        return tuple(
            Block.of(self.parameters, block, self.shape) for block in range(self.shape.blocks)
        )

    def _read(self, query: Query) -> dict[str, NDArray[np.int64]]:
        """`[positions]` codes: the last events, after a start where all of them fit."""
        count, length = len(query.history), self.shape.length
        start, kept = int(count < length), slice(max(count - length, 0), None)
        times = np.empty(count + 1)
        times[:-1], times[-1] = query.times, query.now
        gaps = self._known_gaps[gap_classes(times[1:] - times[:-1])]

        def led(codes: NDArray[np.integer], first: int) -> NDArray[np.int64]:
            found = np.empty(min(count, length) + start, np.int64)
            found[:start], found[start:] = first, codes[kept]
            return found

        kinds = np.zeros(count, np.int64) if query.event_type is None else query.event_type
        until = led(gaps, UNKNOWN)
        since = np.empty_like(until)
        since[:1], since[1:] = gaps[count - length - 1] if count > length else UNKNOWN, until[:-1]
        return {
            "item": led(query.history, self.shape.start),
            "event_type": led(np.minimum(kinds, self.shape.event_types - 1), 0),
            "value": led(value_classes(query.value, self.edges, count), 0),
            "since": since,
            "until": until,
        }

    @cached_property
    def _known_gaps(self) -> NDArray[np.int64]:
        """`[classes]` each class of gaps that was learnt, and `UNKNOWN` for the others."""
        return np.where(self.usual, np.arange(len(self.usual)), UNKNOWN)

    def save(self, folder: Path) -> None:
        """Write the parameters beside the ids."""
        arrays = {**self.parameters, "usual": self.usual, "edges": self.edges}
        # By columns: BLAS goes through it in two thirds of the time that it takes by rows.
        arrays[_OUTPUT] = np.asfortranarray(arrays[_OUTPUT])
        for name in _SPACES:
            space: FeatureSpace | None = getattr(self, name)
            if space is not None:
                arrays |= {f"{name}.{array}": value for array, value in space.arrays().items()}
        settings = {name: float(getattr(self.shape, name)) for name in self.shape.__struct_fields__}
        artefact.save(folder, NAME, self.items, arrays, settings)
        (folder / _EVENT_TYPES).write_bytes(msgspec.json.encode(self.event_types))
        (folder / _CONTEXT).write_bytes(msgspec.json.encode(self.context))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        items, arrays, settings = artefact.load(folder, NAME)
        shape = Shape(**{name: int(value) for name, value in settings.items()})
        usual, edges = arrays.pop("usual"), arrays.pop("edges")
        names = msgspec.json.decode((folder / _EVENT_TYPES).read_bytes(), type=tuple[str, ...])
        spaces = {name: _space(arrays, f"{name}.") for name in _SPACES}
        context = msgspec.json.decode((folder / _CONTEXT).read_bytes(), type=ContextSpace)
        return cls(items, shape, names, arrays, usual, edges, context=context, **spaces)


def _space(arrays: dict[str, NDArray[np.generic]], prefix: str) -> FeatureSpace | None:
    """Take a space's arrays out of those of a model; None where it has none."""
    taken = [name for name in arrays if name.startswith(prefix)]
    found = {name.removeprefix(prefix): arrays.pop(name) for name in taken}
    return FeatureSpace.of_arrays(found) if found else None
