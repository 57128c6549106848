"""Any object in a file whose arrays other processes map instead of reading them."""

import mmap
import pickle
from pathlib import Path
from typing import Any

_ALIGNED = 64


def write(path: Path, thing: Any) -> None:
    """Write what can be pickled; its arrays are left out of the pickle (PEP 574) and follow it.

    Raises what `pickle.dumps` does for what cannot be.
    """
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps(thing, protocol=5, buffer_callback=buffers.append)
    places, end = [], 0
    for buffer in buffers:
        places.append((end, buffer.raw().nbytes))
        end += -(-buffer.raw().nbytes // _ALIGNED) * _ALIGNED
    front = pickle.dumps((head, places))
    start = -(-(8 + len(front)) // _ALIGNED) * _ALIGNED
    with path.open("wb") as file:
        file.write(len(front).to_bytes(8, "big") + front)
        for (offset, _), buffer in zip(places, buffers, strict=True):
            file.seek(start + offset)
            file.write(buffer.raw())
        file.truncate(start + end)


def read(path: Path) -> Any:
    """What `write` wrote, for whoever trusts the file.

    Memory holds an array's pages once for all processes, and those that one changes for it alone.
    """
    with path.open("rb") as file:
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    length = int.from_bytes(whole[:8], "big")
    head, places = pickle.loads(whole[8 : 8 + length])  # noqa: S301 - a file of our own
    start = -(-(8 + length) // _ALIGNED) * _ALIGNED
    buffers = [whole[start + offset : start + offset + size] for offset, size in places]
    return pickle.loads(head, buffers=buffers)  # noqa: S301 - the same
