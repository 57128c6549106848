"""Stored files as streams of UTF-8 bytes: unpacked, and without a byte order mark."""

import codecs
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from aisle.data.faults import DataError
from aisle.data.gunzip import plain
from aisle.loading.options import LoadError, NothingToLoadError

CHUNK_BYTES = 1 << 20
SAMPLE_BYTES = 1 << 18

_GZIP = b"\x1f\x8b"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PACKED = (
    (_GZIP, "gzip packed twice"),
    (b"PK\x03\x04", "a ZIP archive or a workbook"),
    (b"BZh", "packed by bzip2"),
    (b"\xfd7zXZ\0", "packed by xz"),
    (b"\x28\xb5\x2f\xfd", "packed by Zstandard"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"PAR1", "a Parquet file"),
)
"""How text never begins, once gzip is unpacked."""
_FIRST_MEGABYTES = 4 << 20
_MOST_NULS = 0.05


class DamagedError(Exception):
    """A file that breaks off; what came before it has been read."""


class Opened(msgspec.Struct, frozen=True):
    """A file and how its bytes are to be read.

    `sample` is how its text begins, and is empty once the file has been recognised.
    """

    path: Path
    compression: str | None
    encoding: str
    sample: bytes
    size: int
    """Bytes as stored."""

    def recognised(self) -> "Opened":
        """The same without its sample, so that many files take little memory."""
        return msgspec.structs.replace(self, sample=b"")

    def read(self, told: Callable[[int], None]) -> Iterator[bytes]:
        """The text from its beginning as UTF-8; `told` hears of each number of stored bytes.

        Raises DamagedError where the text breaks off.
        """
        chunks = _unpacked(self.path, told)
        return _recoded(chunks) if self.encoding == "utf-16" else _unmarked(chunks)


def open_file(path: Path) -> Opened:
    """Look at how a file begins.

    Raises LoadError for one that is empty, binary or out of reach, and for what is no file, such
    as a pipe: it could not be read from its beginning again.
    """
    magic, size = _looked_at(path)
    start, _ = _start(_unpacked(path, lambda _size: None))
    form = next((name for begin, name in _PACKED if start.startswith(begin)), None)
    if form:
        raise NothingToLoadError(
            f"{path}: is {form}; unpack it to text (CSV, JSON), plain or gzip."
        )
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8")
    opened = Opened(path, "gzip" if magic == _GZIP else None, encoding, b"", size)
    sample, damage = _start(opened.read(lambda _size: None))
    if not sample.strip():
        if damage:
            raise LoadError(f"{path}: {damage}")
        raise NothingToLoadError(f"{path}: the file is empty.")
    if sample.count(b"\0") > _MOST_NULS * len(sample):
        raise NothingToLoadError(f"{path}: the file is not text: it holds NUL bytes.")
    return msgspec.structs.replace(opened, sample=sample)


def _looked_at(path: Path) -> tuple[bytes, int]:
    """The first bytes, and how many there are."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise LoadError(f"{path}: is a pipe or a device; write it to a file and name that.")
        with path.open("rb") as stream:
            return stream.read(len(_GZIP)), found.st_size
    except OSError as error:
        raise LoadError(f"{path}: cannot be read: {error.strerror}.") from error


def _start(chunks: Iterator[bytes]) -> tuple[bytes, DamagedError | None]:
    """SAMPLE_BYTES, and more where no line ends in them, or what comes before a break."""
    start = b""
    try:
        for chunk in chunks:
            start += chunk
            if len(start) >= SAMPLE_BYTES and (b"\n" in chunk or len(start) > _FIRST_MEGABYTES):
                break
    except DamagedError as error:
        return start, error
    return start, None


def _unpacked(path: Path, told: Callable[[int], None]) -> Iterator[bytes]:
    try:
        yield from plain(str(path), _stored(path, told))
    except DataError as error:
        raise DamagedError(str(error).removeprefix(f"{path}: ")) from error


def _stored(path: Path, told: Callable[[int], None]) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                told(len(chunk))
                yield chunk
    except OSError as error:
        raise LoadError(f"{path}: cannot be read: {error.strerror}.") from error


def _unmarked(chunks: Iterator[bytes]) -> Iterator[bytes]:
    start = b""
    for chunk in chunks:
        start += chunk
        if len(start) >= len(codecs.BOM_UTF8):
            yield start.removeprefix(codecs.BOM_UTF8)
            yield from chunks
            return
    yield start.removeprefix(codecs.BOM_UTF8)


def _recoded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")("strict")
    try:
        for chunk in chunks:
            yield decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise DamagedError(f"bytes that are not UTF-16: {error}.") from error
