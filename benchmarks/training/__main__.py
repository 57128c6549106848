"""Section E: time to quality beside the peers in the same run, the ridge's two solvers side by
side, and the cost as items and as events grow.

    python -m benchmarks.training [--data ml-1m] [--models aisle rectools-sasrec] [--cap SECONDS]
        [--patience 5] [--most-events 100000000] [--most-items 2000000] [--solvers ml-1m] [--quick]

A peer trains until so many epochs have brought nothing new, or until the cap on its seconds. Each
row is measured in a fresh process and put into the results at once, in the place of the older one.
"""

import argparse
import math
from functools import partial
from pathlib import Path

from benchmarks.peers.child import MODELS as PEERS
from benchmarks.quality.cells import run
from benchmarks.quality.entrants import RIDGE
from benchmarks.training.curves import curve
from benchmarks.training.growth import SIZES, grown
from benchmarks.training.items import CATALOGUES, REAL, of_catalogue, solvers

RESULTS = Path(__file__).parents[1] / "results" / "training.json"
_MODELS = ("ease", *PEERS, RIDGE, "aisle")
_QUICK = ("ease", "implicit-als", "aisle")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", default=[])
    parser.add_argument("--models", nargs="*", default=None)
    parser.add_argument("--cap", type=float, default=math.inf, help="seconds a peer may train")
    parser.add_argument("--patience", type=int, default=5, help="epochs without anything better")
    parser.add_argument("--most-events", type=int, default=None, help="0: no growth is measured")
    parser.add_argument("--most-items", type=int, default=None, help="0: no catalogue is grown")
    parser.add_argument("--solvers", nargs="*", default=None, help="data sets for both solvers")
    parser.add_argument("--quick", action="store_true", help="the smallest data, few models")
    parser.add_argument("--json", type=Path, help="default: benchmarks/results, none with --quick")
    chosen = parser.parse_args()
    models = (_QUICK if chosen.quick else _MODELS) if chosen.models is None else chosen.models
    most = _most(chosen.most_events, SIZES, quick=chosen.quick)
    items = _most(chosen.most_items, CATALOGUES, quick=chosen.quick)
    real = (() if chosen.quick else REAL) if chosen.solvers is None else chosen.solvers
    cells = [
        partial(curve, dataset, model, chosen.cap, chosen.patience)
        for dataset in chosen.data or (["ml-100k"] if chosen.quick else ["ml-1m"])
        for model in models
    ]
    cells += [partial(solvers, dataset) for dataset in real]
    cells += [partial(of_catalogue, size) for size in CATALOGUES if size <= items]
    cells += [partial(grown, size) for size in SIZES if size <= most]
    run(cells, chosen.json or (None if chosen.quick else RESULTS))


def _most(said: int | None, sizes: tuple[int, ...], *, quick: bool) -> int:
    """The greatest size that is measured: all where nothing is said, none in a quick run."""
    usual = 0 if quick else sizes[-1]
    return usual if said is None else said


if __name__ == "__main__":
    main()
