"""User and item ids as a sorted, memory-mapped table: position to id and id to position."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray


class IdIndex(Sequence[str]):
    """Distinct ids in ascending order of their UTF-8 bytes; the position of an id is its code.

    Two arrays hold it (all bytes end to end, and where each id begins), so that a worker maps a
    million ids without building a million strings.
    """

    def __init__(self, text: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        self._text = np.asarray(text)
        self._offsets = np.asarray(offsets)

    @classmethod
    def of(cls, ids: Iterable[str]) -> "IdIndex":
        """The index of these ids; duplicates are folded, order does not matter."""
        encoded = sorted({value.encode() for value in ids})
        lengths = np.fromiter((len(value) for value in encoded), np.int64, len(encoded))
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offsets)

    def find(self, value: str) -> int:
        """The code of an id, or -1 where it is unknown. Binary search: no table to warm up."""
        key = value.encode()
        position = bisect_left(range(len(self)), key, key=self._bytes)
        return position if position < len(self) and self._bytes(position) == key else -1

    def save(self, folder: Path, name: str) -> None:
        """Write `{name}.text.npy` and `{name}.offsets.npy`."""
        np.save(folder / f"{name}.text.npy", self._text)
        np.save(folder / f"{name}.offsets.npy", self._offsets)

    @classmethod
    def load(cls, folder: Path, name: str) -> "IdIndex":
        """Map what `save` wrote."""
        return cls(
            np.load(folder / f"{name}.text.npy", mmap_mode="r"),
            np.load(folder / f"{name}.offsets.npy", mmap_mode="r"),
        )

    def _bytes(self, position: int) -> bytes:
        return self._text[self._offsets[position] : self._offsets[position + 1]].tobytes()

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        if not -len(self) <= index < len(self):
            raise IndexError(index)
        return self._bytes(index % len(self)).decode()

    def __iter__(self) -> Iterator[str]:
        text = self._text.tobytes()
        for first, last in pairwise(self._offsets.tolist()):
            yield text[first:last].decode()

    def __len__(self) -> int:
        return len(self._offsets) - 1
