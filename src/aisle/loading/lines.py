"""Streams of text cut into numbered lines, blocks of them at a time."""

from collections.abc import Iterator, Sequence

import msgspec

from aisle.loading.notes import Notes
from aisle.loading.opening import DamagedError

LONGEST_LINE = 16 << 20


class Broken(msgspec.Struct, frozen=True):
    """A row that could not be read: its line, why, and its text or how that begins."""

    line: int
    reason: str
    text: bytes


class Records(msgspec.Struct, frozen=True):
    """The texts of rows, none of them blank, and the line of each (1 is the file's first)."""

    lines: Sequence[int]
    texts: Sequence[bytes]
    broken: tuple[Broken, ...] = ()


def cut_lines(chunks: Iterator[bytes], notes: Notes) -> Iterator[Records]:
    """Lines without their ends, as UTF-8. Lines longer than LONGEST_LINE come as broken.

    Raises DamagedError where `chunks` does, after the lines before it.
    """
    first, rest, passing = 1, b"", False
    try:
        for chunk in chunks:
            text = chunk
            if passing:
                _, feed, text = chunk.partition(b"\n")
                passing = not feed
                first += not passing
            whole, feed, tail = text.rpartition(b"\n")
            if feed:
                texts = (rest + whole).split(b"\n")
                yield _records(first, texts, notes)
                first, rest = first + len(texts), tail
            else:
                rest += tail
            if len(rest) > LONGEST_LINE:
                yield _overlong(first, rest)
                rest, passing = b"", True
    except DamagedError:
        if rest.strip():
            yield Records((), (), (Broken(first, "the file breaks off in this line", rest),))
        raise
    if rest:
        yield _records(first, [rest], notes)


def utf8(texts: Sequence[bytes], notes: Notes) -> Sequence[bytes]:
    """Texts that are not UTF-8 are taken for Windows-1252, each by itself."""
    joined = b"\n".join(texts)
    if joined.isascii() or _is_utf8(joined):
        return texts
    mended = [text if _is_utf8(text) else _western(text) for text in texts]
    changed = sum(old is not new for old, new in zip(texts, mended, strict=True))
    notes.rows("lines that are not UTF-8 were read as Windows-1252", changed)
    return mended


def _records(first: int, texts: list[bytes], notes: Notes) -> Records:
    kept = [(line, text) for line, text in enumerate(texts, first) if text and not text.isspace()]
    return Records([line for line, _ in kept], utf8([text for _, text in kept], notes))


def _overlong(line: int, text: bytes) -> Records:
    rule = f"a line of more than {LONGEST_LINE >> 20} MiB"
    return Records((), (), (Broken(line, rule, text[:1000]),))


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _western(text: bytes) -> bytes:
    try:
        return text.decode("cp1252").encode()
    except UnicodeDecodeError:
        return text.decode("latin-1").encode()
