"""Where rows begin and end in CSV text, and whether its quotes are in place.

Two styles of quoting are in use. Doubled: `""` in a quoted value stands for a quote, and
backslashes are ordinary. Escaped: a backslash also takes the meaning away from a quote, a comma or
another backslash after it, and is ordinary before anything else.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

_QUOTE, _COMMA, _LF, _CR, _BACKSLASH = b'",\n\r\\'


class Layout(msgspec.Struct, frozen=True):
    """The shape of text that begins where a row begins."""

    starts: NDArray[np.int64]
    """`[rows]` where each row begins; blank lines are no rows."""
    ends: NDArray[np.int64]
    """`[rows]` just behind each row's line feed."""
    covered: int
    """How many bytes the whole lines take; an unfinished row may follow."""
    fault: int | None
    """Where the first misplaced quote or bare carriage return stands."""
    open_quote: bool
    """Whether the text ends inside a quoted value."""

    def row_at(self, position: int) -> int:
        """The row that a byte belongs to; `[rows]` for one behind the last whole row."""
        return int(np.searchsorted(self.ends, position, side="right"))


def layout_of(text: bytes, *, escapes: bool) -> Layout:
    """Find rows and faults in time linear in the text, without a loop over bytes."""
    codes = np.frombuffer(text, np.uint8)
    quotes = np.flatnonzero(codes == _QUOTE) if b'"' in text else np.empty(0, np.int64)
    escaped = _escaped(codes)[0] if escapes and b"\\" in text else np.empty(0, np.int64)
    quotes = quotes[~_among(quotes, escaped, len(codes))]
    feeds = _outside(np.flatnonzero(codes == _LF), quotes)
    begins = np.concatenate([np.zeros(1, np.int64), feeds + 1])[:-1]
    lengths = feeds - begins
    real = (lengths > 1) | ((lengths == 1) & (codes[begins] != _CR))
    return Layout(
        starts=begins[real],
        ends=feeds[real] + 1,
        covered=int(feeds[-1]) + 1 if len(feeds) else 0,
        fault=_first_fault(text, codes, quotes, escaped),
        open_quote=bool(len(quotes) % 2),
    )


def double_lone_backslashes(text: bytes) -> bytes:
    """Escape the backslashes that escape nothing, for a parser that would drop them."""
    codes = np.frombuffer(text, np.uint8)
    return np.insert(codes, _escaped(codes)[1], _BACKSLASH).tobytes()


def _outside(positions: NDArray[np.int64], quotes: NDArray[np.int64]) -> NDArray[np.int64]:
    if not len(quotes):
        return positions
    inside = np.searchsorted(quotes, positions) % 2
    return np.compress(inside == 0, positions)


def _escaped(codes: NDArray[np.uint8]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The positions of escaped bytes, and of backslashes that escape nothing."""
    slashes = np.flatnonzero(codes == _BACKSLASH)
    firsts = np.flatnonzero(np.diff(slashes, prepend=-2) != 1)
    in_run = np.arange(len(slashes)) - np.repeat(firsts, np.diff(firsts, append=len(slashes)))
    active = slashes[in_run % 2 == 0]
    behind = np.append(codes, np.uint8(_LF))[active + 1]
    works = (behind == _QUOTE) | (behind == _COMMA) | (behind == _BACKSLASH)
    return active[works] + 1, active[~works]


def _among(
    positions: NDArray[np.int64], marked: NDArray[np.int64], length: int
) -> NDArray[np.bool_]:
    """Which positions are marked, in linear time; -1 never is."""
    if not len(marked):
        return np.zeros(len(positions), np.bool_)
    marks = np.zeros(length + 1, np.bool_)
    marks[marked] = True
    return marks[positions]


def _first_fault(
    text: bytes, codes: NDArray[np.uint8], quotes: NDArray[np.int64], escaped: NDArray[np.int64]
) -> int | None:
    faults = []
    if len(quotes):
        faults.append(_misplaced(codes, quotes, escaped))
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        returns = np.flatnonzero(codes == _CR)
        bare = returns[np.append(codes, np.uint8(_LF))[returns + 1] != _LF]
        faults.append(_outside(bare, quotes))
    found = [int(positions[0]) for positions in faults if len(positions)]
    return min(found, default=None)


def _misplaced(
    codes: NDArray[np.uint8], quotes: NDArray[np.int64], escaped: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Opening quotes not at the start of a value, closing ones not at the end of one.

    The second quote of a doubled pair counts as opening again, right behind the closing first.
    """
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.concatenate([np.array([_LF], np.uint8), codes])[opening]
    begins = (before == _LF) | ((before == _COMMA) & ~_among(opening - 1, escaped, len(codes)))
    begins[1:] |= closing[: len(opening) - 1] == opening[1:] - 1
    padded = np.append(codes, np.array([_LF, _LF], np.uint8))
    after = padded[closing + 1]
    ends = (after == _COMMA) | (after == _LF) | ((after == _CR) & (padded[closing + 2] == _LF))
    ends[: len(opening) - 1] |= opening[1:] == closing[: len(opening) - 1] + 1
    return np.sort(np.concatenate([opening[~begins], closing[~ends]]))
