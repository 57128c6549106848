"""Peers asked from the product's side, so that one code measures everybody."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.evaluation.held_out import HeldOut
from benchmarks.peers.child import MODELS

_ROOT = Path(__file__).parents[2]
_ENVIRONMENTS = Path(__file__).parents[1] / ".peers"
_OWN = ("rectools",)
"""Peers that share no environment with others."""
_DIED = "The peer ended before it was done; its own words stand above."


class Epoch(msgspec.Struct, frozen=True):
    """An epoch is over."""

    epoch: int
    of: int
    seconds: float
    """Of training alone, since it began."""
    peak_mib: int


class Peer:
    """A peer that is learning, and waits after each epoch."""

    def __init__(self, folder: Path, requests: IO[str], answers: IO[str]) -> None:
        self._folder = folder
        self._requests = requests
        self._answers = answers

    def epochs(self) -> Iterator[Epoch]:
        """One for each that is over; the next one begins when the next is asked for.

        Raises RuntimeError where the peer ends before its last.
        """
        told: Epoch | None = None
        while line := self._answers.readline():
            told = msgspec.json.decode(line, type=Epoch)
            yield told
            self._say("go")
        if told is None or told.epoch < told.of:
            raise RuntimeError(_DIED)

    def lists(self, held: HeldOut, depth: int) -> NDArray[np.int32]:
        """`[questions, depth]` item codes, best first, -1 where a list is short."""
        _write(self._folder / "now", held, depth)
        self._say("rank now")
        if not self._answers.readline():
            raise RuntimeError(_DIED)
        items = pq.read_table(self._folder / "now.lists.parquet")["items"].to_pylist()
        return np.array(items, np.int32).reshape(len(held), depth)

    def _say(self, words: str) -> None:
        self._requests.write(f"{words}\n")
        self._requests.flush()


@contextmanager
def peer(name: str, train: Interactions, seed: int, epochs: int = 0) -> Iterator[Peer]:
    """Start one; at the end it is told to stop. 0 epochs are as many as the library's default.

    Raises FileNotFoundError where its environment has not been made.
    """
    python = _python(name)
    with TemporaryDirectory() as folder:
        _write_train(Path(folder) / "train.parquet", train)
        command = [str(python), "-m", "benchmarks.peers.child", name, folder]
        command += ["--seed", str(seed), "--epochs", str(epochs)]
        with subprocess.Popen(  # noqa: S603 - its own environment's interpreter
            command,
            cwd=_ROOT,
            # implicit asks for one BLAS thread, as it has threads of its own.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                yield Peer(Path(folder), process.stdin, process.stdout)
            finally:
                process.stdin.close()
                process.terminate()


def _python(name: str) -> Path:
    if name not in MODELS:
        raise KeyError(name)
    library = name.split("-", maxsplit=1)[0]
    found = _ENVIRONMENTS / (library if library in _OWN else "others") / "bin" / "python"
    if not found.exists():
        raise FileNotFoundError(f"{name} needs {found}; `make peers` makes it.")
    return found


def _write_train(path: Path, train: Interactions) -> None:
    sizes = json.dumps({"users": len(train.users), "items": len(train.items)})
    table = pa.table(
        {"user": train.user_of_rows(), "item": train.item, "time": train.timestamp},
    )
    pq.write_table(table.replace_schema_metadata({"sizes": sizes}), path)


def _write(path: Path, held: HeldOut, depth: int) -> None:
    begin = held.events.offsets[held.user]
    meta = json.dumps({"depth": depth, "keep_seen": held.keep_seen})
    table = pa.table({"user": held.user, "begin": begin, "stop": held.stop})
    pq.write_table(table.replace_schema_metadata({"asked": meta}), f"{path}.asked.parquet")
    events = pa.table({"item": held.events.item})
    pq.write_table(events, f"{path}.events.parquet")
