"""What an answer is chosen from: every item of the catalogue and every item of the model."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.serving.loading import NotHereError

_MOST_SPACES = 64


class AnswerSpace(msgspec.Struct, frozen=True, eq=False):
    """The rows of a catalogue, then the items that only a model knows.

    An item's place may change from one version of the catalogue to the next.
    """

    catalogue: Catalogue
    codes: Mapping[str, int]
    """The model's code of each of its item ids, and of those that it has met since."""
    ids: Sequence[str]
    """The id of each of the model's codes, and of later ones."""
    of_model: NDArray[np.int64]
    """`[items of the model]`: where each of them stands."""
    beyond: NDArray[np.int64]
    """Codes of the model's items that are in no row, in the order in which they stand."""

    def __len__(self) -> int:
        return len(self.catalogue) + len(self.beyond)

    def positions(self, entity_ids: Sequence[str]) -> list[int]:
        """Where each id stands; -1 where neither the catalogue nor the model knows it."""
        rows, row_of = len(self.catalogue), self.catalogue.codes.get
        return [
            row if 0 <= (row := row_of(entity_id, -1)) < rows else self._beyond_rows(entity_id)
            for entity_id in entity_ids
        ]

    def _beyond_rows(self, entity_id: str) -> int:
        code = self.codes.get(entity_id, -1)
        return int(self.of_model[code]) if 0 <= code < len(self.of_model) else -1

    def id(self, position: int) -> str:
        """The id that stands at a position."""
        rows = len(self.catalogue)
        if position < rows:
            return self.catalogue.ids[position]
        return self.ids[int(self.beyond[position - rows])]


class Known(Protocol):
    """What a model knows: one that is followed, for example."""

    @property
    def ids(self) -> Sequence[str]:
        """They may grow in number."""
        ...

    @property
    def codes(self) -> Mapping[str, int]:
        """The code of each id, which is its position among `ids`."""
        ...


class _Rows:
    """The catalogue's row of each of a model's items, kept up as the catalogue grows."""

    def __init__(self, model: Known, catalogue: Catalogue) -> None:
        self.model = model
        self._base, self._seen = catalogue.base, len(catalogue)
        find = catalogue.code
        self._rows = np.array([find(item_id) for item_id in model.ids], np.int64)

    def __len__(self) -> int:
        return len(self._rows)

    def fits(self, catalogue: Catalogue) -> bool:
        """Whether `space` can follow a catalogue."""
        return catalogue.base == self._base and len(catalogue) >= self._seen

    def space(self, catalogue: Catalogue) -> AnswerSpace:
        """The space with a catalogue that is the one seen last, or one that grew out of it."""
        known = len(self._rows)
        if len(self.model.ids) > known:
            more = [catalogue.code(item_id) for item_id in self.model.ids[known:]]
            self._rows = np.concatenate([self._rows, np.array(more, np.int64)])
        for row in range(self._seen, len(catalogue)):
            code = self.model.codes.get(catalogue.ids[row], len(self._rows))
            if code < len(self._rows):
                self._rows[code] = row
        self._seen = len(catalogue)
        beyond = np.flatnonzero(self._rows < 0)
        of_model = self._rows.copy()
        of_model[beyond] = len(catalogue) + np.arange(len(beyond))
        return AnswerSpace(catalogue, self.model.codes, self.model.ids, of_model, beyond)


def joined(model: Known, catalogue: Catalogue) -> AnswerSpace:
    """The space of a model and a catalogue, kept nowhere."""
    return _Rows(model, catalogue).space(catalogue)


class AnswerSpaceCache:
    """The answer spaces used last, one a model: that of the newest catalogue it was asked with."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[_Rows, AnswerSpace]] = OrderedDict()
        self._changing = Lock()

    def of(self, model: Known, catalogue: Catalogue) -> AnswerSpace:
        """The space of a model and a catalogue.

        Raises NotHereError where a model is joined with a bulk of rows for the first time.
        """
        key = id(model)  # kept alive with the space, so that no other model gets its id
        with self._changing:
            kept = self._kept.get(key)
            if kept is None or not kept[0].fits(catalogue):
                raise NotHereError(lambda: self._load(model, catalogue))
            if kept[1].catalogue is not catalogue or len(model.ids) > len(kept[0]):
                kept = self._kept[key] = (kept[0], kept[0].space(catalogue))
            self._kept.move_to_end(key)
            return kept[1]

    def _load(self, model: Known, catalogue: Catalogue) -> None:
        rows = _Rows(model, catalogue)
        with self._changing:
            self._kept[id(model)] = (rows, rows.space(catalogue))
            while len(self._kept) > _MOST_SPACES:
                self._kept.popitem(last=False)
