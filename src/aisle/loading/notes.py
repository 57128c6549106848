"""Guesses and mended values of one file, counted as it is read."""

from collections import Counter
from collections.abc import Sequence

from aisle.loading.report import Note

_MOST_SHOWN = 12


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - _MOST_SHOWN
    return ", ".join(names[:_MOST_SHOWN]) + (f" and {more:,} more" if more > 0 else "")


class Notes:
    """Counts by text; a count of 0 says that the note is about the file as a whole."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()

    def whole(self, text: str) -> None:
        """Note what holds for all rows."""
        self._counts[text] += 0

    def rows(self, text: str, count: int) -> None:
        """Note what was done to some rows; nothing where there are none."""
        if count:
            self._counts[text] += count

    def all(self) -> tuple[Note, ...]:
        """The notes in the order in which they first came."""
        return tuple(Note(text, count) for text, count in self._counts.items())
