"""Gzip streams, recognised by their first bytes whatever the file is called."""

import zlib
from collections.abc import Iterator
from itertools import chain

from aisle.data.faults import DataError

_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31
_MOST_AT_ONCE = 4 << 20


def plain(name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes themselves, unpacked where they are gzip; raises DataError where that is damaged.

    No more than 4 MiB are unpacked at once, however small the input that holds them.
    """
    first = b""
    for chunk in chunks:
        first += chunk
        if len(first) >= len(_MAGIC):
            break
    whole = chain((first,), chunks)
    return _unpacked(name, whole) if first.startswith(_MAGIC) else whole


def _unpacked(name: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    member = zlib.decompressobj(_GZIP_WINDOW)
    begun = False
    try:
        for chunk in chunks:
            data = chunk
            while data:
                if member.eof:
                    member, begun = zlib.decompressobj(_GZIP_WINDOW), False
                begun = True
                yield member.decompress(data, _MOST_AT_ONCE)
                data = member.unused_data if member.eof else member.unconsumed_tail
            while not member.eof and (rest := member.decompress(b"", _MOST_AT_ONCE)):
                yield rest
    except zlib.error as error:
        raise DataError(f"{name}: the gzip data is damaged: {error}.") from error
    if begun and not member.eof:
        raise DataError(f"{name}: the gzip data ends too early; is the file truncated?")
