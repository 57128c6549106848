"""A stream of CSV bytes cut into blocks of whole rows, so that memory stays bounded."""

from collections.abc import Iterator

import msgspec

from aisle.data.csv_layout import Layout, layout_of

BLOCK_BYTES = 8 << 20
LONGEST_ROW_BYTES = 32 << 20

_UTF8_MARK = b"\xef\xbb\xbf"


class Block(msgspec.Struct, frozen=True):
    """Whole rows of one file. `first_row` counts from 0, the header.

    A block that is not `whole` is the last of its file: its text ends inside a quoted value, or
    goes on for LONGEST_ROW_BYTES without an end of row.
    """

    text: bytes
    layout: Layout
    first_row: int
    whole: bool = True

    def before(self, row: int) -> "Block":
        """The rows that come before one of this block."""
        count = row - self.first_row
        starts, ends = self.layout.starts[:count], self.layout.ends[:count]
        layout = msgspec.structs.replace(self.layout, starts=starts, ends=ends, fault=None)
        return Block(self.text[: ends[-1] if count else 0], layout, self.first_row)


def cut_blocks(chunks: Iterator[bytes], *, size: int, escapes: bool) -> Iterator[Block]:
    """Blocks of about `size` bytes; a byte order mark is dropped, a missing last line feed added.

    The header's row comes as a block of its own.
    """
    stream = _Stream(chunks)
    pending = stream.take(max(size, len(_UTF8_MARK))).removeprefix(_UTF8_MARK)
    row = 0
    while pending or (pending := stream.take(size)):
        layout = layout_of(pending, escapes=escapes)
        if row == 0 and len(layout.ends):
            block = _first_row(pending, int(layout.ends[0]), escapes=escapes)
        else:
            block = _whole_rows(pending, layout, row)
        if len(block.layout.starts):
            yield block
            row += len(block.layout.starts)
        pending = pending[len(block.text) :]
        if block.first_row == 0 and row == 1:
            continue
        if not block.text and (layout.fault is not None or len(pending) > LONGEST_ROW_BYTES):
            yield Block(pending, layout, row, whole=False)
            return
        more = stream.take(max(size, len(pending)))
        if pending and not more:
            yield from _last(pending, row, escapes=escapes)
            return
        pending += more


def _first_row(text: bytes, end: int, *, escapes: bool) -> Block:
    return Block(text[:end], layout_of(text[:end], escapes=escapes), 0)


def _whole_rows(text: bytes, layout: Layout, first_row: int) -> Block:
    """What of the text is whole; a fault behind that comes up again with the next block."""
    fault = layout.fault if layout.fault is not None and layout.fault < layout.covered else None
    trimmed = msgspec.structs.replace(layout, fault=fault, open_quote=False)
    return Block(text[: layout.covered], trimmed, first_row)


def _last(text: bytes, row: int, *, escapes: bool) -> Iterator[Block]:
    layout = layout_of(text + b"\n", escapes=escapes)
    if layout.open_quote:
        yield Block(text, layout, row, whole=False)
    elif len(layout.starts):
        yield Block(text + b"\n", layout, row)


class _Stream:
    """Chunks of any size, taken in pieces of the size asked for."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def take(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        parts, length = [self._rest], len(self._rest)
        while length < size and (chunk := next(self._chunks, None)) is not None:
            parts.append(chunk)
            length += len(chunk)
        taken = b"".join(parts)
        self._rest = taken[size:]
        return taken[:size]
