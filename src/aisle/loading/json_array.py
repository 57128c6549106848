"""The elements of a JSON array out of a stream of text, without holding the whole of it."""

from collections.abc import Iterator
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from aisle.loading.lines import LONGEST_LINE, Records, utf8
from aisle.loading.notes import Notes
from aisle.loading.opening import CHUNK_BYTES, DamagedError

_QUOTE, _BACKSLASH, _COMMA, _FEED = b'"\\,\n'
_TURN = np.zeros(256, np.int8)
_TURN[list(b"[{")] = 1
_TURN[list(b"]}")] = -1
_MARKED = np.zeros(256, np.bool_)
_MARKED[list(b'"\\,[]{}')] = True


def cut_elements(chunks: Iterator[bytes], notes: Notes) -> Iterator[Records]:
    """The texts of the array's elements with the line on which each begins.

    The text between two commas is an element whatever it holds: what is no JSON is for the reader
    to find. Raises DamagedError where the text ends before the array, or goes on behind it, after
    the elements before that.
    """
    line, rest, closed = 1, b"", False
    scan = _Scan()
    for chunk in _opened(chunks):
        cuts = scan.cuts(chunk) + len(rest)
        closed = scan.closed
        rest += chunk
        if len(cuts):
            yield _records(rest, cuts, line, notes)
            line += rest.count(b"\n", 0, int(cuts[-1]))
            rest = rest[int(cuts[-1]) + 1 :]
        if closed:
            break
        if len(rest) > LONGEST_LINE:
            raise DamagedError(f"line {line}: an element of more than {LONGEST_LINE >> 20} MiB.")
    if not closed:
        if rest.strip():
            yield _records(rest, np.array([len(rest)]), line, notes)
        raise DamagedError(f"line {line}: the JSON array is not closed; is the file truncated?")
    if rest.strip() or any(chunk.strip() for chunk in chunks):
        raise DamagedError(f"line {line}: there is text behind the end of the JSON array.")


def _opened(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The text behind the bracket that opens the array; blanks stand for what was before it."""
    start = b""
    for chunk in chunks:
        start += chunk
        if start.strip():
            break
    for chunk in chain((start.replace(b"[", b" ", 1),), chunks):
        yield from (chunk[at : at + CHUNK_BYTES] for at in range(0, len(chunk), CHUNK_BYTES))


class _Scan:
    """Where elements end in a text that comes in pieces, each looked at once."""

    def __init__(self) -> None:
        self.closed = False
        self._inside = self._escaped = False
        self._depth = 0

    def cuts(self, text: bytes) -> NDArray[np.int64]:
        """The commas between elements in the next piece, and the bracket that closes the array."""
        codes = np.frombuffer(text, np.uint8)
        places: NDArray[np.int64] = np.flatnonzero(_MARKED[codes])
        if self._escaped:
            places = places[places > 0]
        places = self._unescaped(codes, places)
        marks = codes[places]
        inside = (np.cumsum(marks == _QUOTE, dtype=np.int32) + self._inside) % 2 == 1
        depth = np.cumsum(np.where(inside, 0, _TURN[marks]), dtype=np.int32) + self._depth
        if len(marks):
            self._inside, self._depth = bool(inside[-1]), int(depth[-1])
        ends = np.flatnonzero(depth < 0)[:1]
        self.closed = bool(len(ends))
        last = int(ends[0]) if self.closed else len(marks)
        between = np.flatnonzero((marks[:last] == _COMMA) & ~inside[:last] & (depth[:last] == 0))
        cuts: NDArray[np.int64] = places[np.concatenate([between, ends])]
        return cuts

    def _unescaped(self, codes: NDArray[np.uint8], places: NDArray[np.int64]) -> NDArray[np.int64]:
        """The places whose bytes are neither backslashes nor follow one that counts."""
        slashes = places[codes[places] == _BACKSLASH]
        if not len(slashes):
            self._escaped = self._escaped and not len(codes)
            return places
        begins = np.flatnonzero(np.diff(slashes, prepend=-2) != 1)
        in_run = np.arange(len(slashes)) - np.repeat(begins, np.diff(begins, append=len(slashes)))
        dead = np.zeros(len(codes) + 1, np.bool_)
        dead[slashes] = True
        dead[slashes[in_run % 2 == 0] + 1] = True
        self._escaped = bool(in_run[-1] % 2 == 0) and int(slashes[-1]) == len(codes) - 1
        return places[~dead[places]]


def _records(text: bytes, cuts: NDArray[np.int64], line: int, notes: Notes) -> Records:
    starts = np.concatenate([np.zeros(1, np.int64), cuts[:-1] + 1])
    feeds = np.flatnonzero(np.frombuffer(text, np.uint8) == _FEED)
    texts, lines = [], []
    for start, end in zip(starts.tolist(), cuts.tolist(), strict=True):
        element = text[start:end]
        bare = element.strip()
        if bare:
            texts.append(bare)
            lines.append(start + len(element) - len(element.lstrip()))
    at = np.searchsorted(feeds, np.array(lines, np.int64)) + line
    return Records(at.tolist(), utf8(texts, notes))
