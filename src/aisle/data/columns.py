"""Columns of a catalogue: arrays that serving filters by, and one row's values for an answer."""

from collections.abc import Collection, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

_SEPARATOR = "|"


class NumberColumn(msgspec.Struct, frozen=True, eq=False):
    """Numbers; a `float` of bulk data is the decimal that it was written as."""

    numbers: NDArray[np.float64]
    """`[rows]`, NaN where null. Whole numbers beyond 2**53 are rounded."""
    whole: bool
    """Whether the schema's type is `int` or `long`."""

    def raw(self, row: int) -> str | None:
        """One row's value as text; None where it is null."""
        value = float(self.numbers[row])
        if value != value:  # noqa: PLR0124 - NaN
            return None
        return str(int(value)) if self.whole else repr(value)

    def null(self) -> NDArray[np.bool_]:
        """`[rows]` where there is no value."""
        return np.isnan(self.numbers)


class Members(msgspec.Struct, frozen=True, eq=False):
    """The single values within the texts of a categorical column such as `Action|Comedy`."""

    codes: Mapping[str, int]
    """Single value to its code; shared with later versions, which add to it."""
    offsets: NDArray[np.int64]
    """`[texts + 1]`: text `t` has the members `of_text[offsets[t]:offsets[t + 1]]`."""
    of_text: NDArray[np.int32]
    """Codes of single values, text after text, each once a text."""


class TextColumn(msgspec.Struct, frozen=True, eq=False):
    """Texts, each kept once; booleans are `true` and `false`."""

    codes: NDArray[np.int32]
    """`[rows]` positions in `texts`; -1 where null."""
    texts: Sequence[str]
    """Shared with later versions, which add to it."""
    lookup: Mapping[str, int] | None
    """Text to its position, shared alike; None for textual columns, whose texts may repeat."""
    members: Members | None
    """For categorical columns with several values in a row; None where each text is one value."""

    def raw(self, row: int) -> str | None:
        """One row's text as it was imported or put, such as `a|b`; None where it is null."""
        code = int(self.codes[row])
        return None if code < 0 else self.texts[code]

    def at(self, row: int) -> tuple[str, ...]:
        """One row's single values; none where it is null."""
        text = self.raw(row)
        if text is None:
            return ()
        return tuple(text.split(_SEPARATOR)) if self.members is not None else (text,)

    def null(self) -> NDArray[np.bool_]:
        """`[rows]` where there is no value."""
        return self.codes < 0

    def having(self, wanted: Collection[str]) -> NDArray[np.bool_]:
        """`[rows]` where one of the row's values is one of those wanted, letter by letter."""
        found = np.zeros(len(self.texts) + 1, np.bool_)  # the last one answers for null
        if self.members is not None:
            held = self._texts_having(self.members, wanted)
            found[: len(held)] = held
        elif self.lookup is not None:
            found[[self.lookup[text] for text in wanted if text in self.lookup]] = True
        else:
            matching = set(wanted)
            found[:-1] = [text in matching for text in self.texts]
        return found[self.codes]

    @staticmethod
    def _texts_having(members: Members, wanted: Collection[str]) -> NDArray[np.bool_]:
        marked = np.zeros(len(members.codes), np.bool_)
        marked[[members.codes[value] for value in wanted if value in members.codes]] = True
        counts = np.concatenate([np.zeros(1, np.int64), np.cumsum(marked[members.of_text])])
        return counts[members.offsets[1:]] > counts[members.offsets[:-1]]


Column = NumberColumn | TextColumn
