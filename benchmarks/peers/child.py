"""A peer in its own environment: learns from a folder's train.parquet and answers its questions.

    python -m benchmarks.peers.child MODEL FOLDER [--seed 0] [--epochs 0]

After each epoch it writes a line of JSON to standard output and reads lines from standard input:
`rank NAME` asks for the lists to the questions NAME.asked.parquet, written to NAME.lists.parquet,
and is answered with an empty object; `go` and `stop` are not answered. 0 epochs are as many as the
library's default.
"""

import argparse
import json
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.peers.learning import AfterEpoch, Asked, Events, Recommend

Learn = Callable[[Events, int, int, AfterEpoch], None]

MODELS = {
    "implicit-als": ("implicit_peers", "als", 15),
    "implicit-bpr": ("implicit_peers", "bpr", 100),
    "lenskit-item-knn": ("lenskit_peers", "item_knn", 1),
    "lenskit-implicit-mf": ("lenskit_peers", "implicit_mf", 10),
    "rectools-sasrec": ("rectools_peers", "sasrec", 3),
    "rectools-sasrec-200": ("rectools_peers", "sasrec_long", 3),
}
"""The module, its function, and the library's default number of epochs."""


class StopTraining(Exception):  # noqa: N818 - nothing is wrong
    """Raised through the library to end a training."""


class Epochs:
    """The clock of a training, which stands still while questions are answered."""

    def __init__(self, folder: Path, epochs: int) -> None:
        self._folder = folder
        self._epochs = epochs
        self._done = 0
        self._seconds = 0.0
        self._since = time.perf_counter()

    def after(self, recommend: Recommend) -> None:
        """Say that an epoch is over, and do what is asked."""
        self._seconds += time.perf_counter() - self._since
        self._done += 1
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        told = {"epoch": self._done, "of": self._epochs, "seconds": self._seconds, "peak_mib": peak}
        _say(told)
        for line in sys.stdin:
            command, _, name = line.strip().partition(" ")
            if command == "rank":
                _rank(self._folder, name, recommend)
                _say({})
            elif command == "go":
                break
            else:
                raise StopTraining
        else:
            raise StopTraining  # whoever asked is gone
        self._since = time.perf_counter()


def _rank(folder: Path, name: str, recommend: Recommend) -> None:
    table = pq.read_table(folder / f"{name}.asked.parquet")
    events = pq.read_table(folder / f"{name}.events.parquet")["item"].to_numpy().astype(np.int64)
    meta = json.loads(table.schema.metadata[b"asked"])
    begin, stop = table["begin"].to_numpy(), table["stop"].to_numpy()
    asked = Asked(
        user=table["user"].to_numpy().astype(np.int64),
        histories=[events[a:b] for a, b in zip(begin, stop, strict=True)],
        depth=meta["depth"],
        keep_seen=meta["keep_seen"],
    )
    lists = recommend(asked).astype(np.int32)
    flat = pa.FixedSizeListArray.from_arrays(pa.array(lists.ravel()), asked.depth)
    pq.write_table(pa.table({"items": flat}), folder / f"{name}.lists.parquet")


def _say(told: object) -> None:
    print(json.dumps(told), file=_OUT, flush=True)


def _events(folder: Path) -> Events:
    table = pq.read_table(folder / "train.parquet")
    sizes = json.loads(table.schema.metadata[b"sizes"])
    user, item, moment = (table[name].to_numpy().astype(np.int64) for name in table.column_names)
    return Events(user, item, moment, sizes["users"], sizes["items"])


_OUT = sys.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=0)
    chosen = parser.parse_args()
    module, function, usual = MODELS[chosen.model]
    learn: Learn = getattr(import_module(f"benchmarks.peers.{module}"), function)
    sys.stdout = sys.stderr  # libraries print
    events = _events(chosen.folder)
    epochs = chosen.epochs or usual
    try:
        learn(events, chosen.seed, epochs, Epochs(chosen.folder, epochs).after)
    except StopTraining:
        return


if __name__ == "__main__":
    main()
