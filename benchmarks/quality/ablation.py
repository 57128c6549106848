"""What each part of our default model brings, on three data sets under section A's protocol.

python -m benchmarks.quality.ablation [--data ml-1m] [--only NAME ...] [--quick]
"""

import argparse
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from unittest.mock import patch

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import EMPTY
from aisle.recipes.base import TrainingData
from benchmarks.quality.cells import RESULTS, run
from benchmarks.quality.entrants import configured
from benchmarks.quality.measuring import measure
from benchmarks.quality.rows import Row
from benchmarks.quality.sections import SECTIONS, Section, quick
from benchmarks.quality.training_data import training_data

_BEGIN = "aisle.recipes.transformer.begin"
_SPREAD = 0.02


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """How the default recipe does without something."""

    hyperparameters: Mapping[str, str] = {}
    told: Callable[[TrainingData], TrainingData] = lambda data: data
    """What is left of the data."""
    function: str = ""
    """A function of the package that is not called, by its path,"""
    instead: Callable[..., object] = print
    """and what is called in its place."""

    @contextmanager
    def applied(self) -> Iterator[None]:
        """The package without the function."""
        if not self.function:
            yield
            return
        with patch(self.function, self.instead):
            yield


def _no_items(data: TrainingData) -> TrainingData:
    return msgspec.structs.replace(data, items=EMPTY)


def _no_users(data: TrainingData) -> TrainingData:
    return msgspec.structs.replace(data, users=EMPTY)


def _no_values(data: TrainingData) -> TrainingData:
    events = msgspec.structs.replace(data.interactions, value=None)
    return msgspec.structs.replace(data, interactions=events)


def _no_gaps(_events: object) -> NDArray[np.bool_]:
    from aisle.recipes.transformer.times import CLASSES  # noqa: PLC0415 - beside its use

    return np.zeros(CLASSES, np.bool_)


def _by_chance(weights: NDArray[np.float32], width: int, seed: int) -> NDArray[np.float32]:
    shape = (2, weights.shape[0], width)
    return np.random.default_rng(seed).normal(0, _SPREAD, shape).astype(np.float32)


_RIDGE = {"transformer": "off"}

PARTS: Mapping[str, Part] = {
    "whole": Part(),
    "without the transformer": Part(hyperparameters=_RIDGE),
    "without it, nor the content": Part(hyperparameters={**_RIDGE, "content_weight": "0.0"}),
    "without it, nor fading by steps and days": Part(
        hyperparameters={**_RIDGE, "apply_recency_bias": "false"}
    ),
    "without it, nor fading by days": Part(hyperparameters={**_RIDGE, "gap_power": "0.0"}),
    "without it, nor popularity": Part(hyperparameters={**_RIDGE, "popularity_share": "0.0"}),
    "the transformer alone": Part(
        hyperparameters={"transformer": "on", "transformer_share": "1.0", "content_weight": "0.0"}
    ),
    "the ridge, dense alone": Part(
        hyperparameters={**_RIDGE, "ridge_solver": "dense", "content_weight": "0.0"}
    ),
    "the ridge, diagonal alone": Part(
        hyperparameters={**_RIDGE, "ridge_solver": "diagonal", "content_weight": "0.0"}
    ),
    "without the content": Part(hyperparameters={"content_weight": "0.0"}),
    "without any item metadata": Part(told=_no_items),
    "without user metadata": Part(told=_no_users),
    "without event values": Part(told=_no_values),
    "without fading by steps and days": Part(hyperparameters={"apply_recency_bias": "false"}),
    "without fading by days": Part(hyperparameters={"gap_power": "0.0"}),
    "without popularity": Part(hyperparameters={"popularity_share": "0.0"}),
    "the transformer without times": Part(function=f"{_BEGIN}.usual_gaps", instead=_no_gaps),
    "the transformer begun by chance": Part(function=f"{_BEGIN}.spectral", instead=_by_chance),
}
"""By what they leave out."""


def cell(section: Section, dataset: str, name: str) -> list[Row]:
    """One of the parts, from the files on."""
    part = PARTS[name]
    data = part.told(training_data(dataset, metadata=section.metadata))
    with part.applied():
        return measure(section, dataset, name, configured(part.hyperparameters), data)


def main() -> None:
    section = msgspec.structs.replace(SECTIONS[0], name="ablation")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", default=[])
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--quick", action="store_true", help="the smallest data set")
    parser.add_argument("--json", type=Path, help="default: benchmarks/results, none with --quick")
    chosen = parser.parse_args()
    section = quick(section) if chosen.quick else section
    cells = [
        partial(cell, section, dataset, name)
        for dataset in chosen.data or section.datasets
        for name in chosen.only
    ]
    run(cells, chosen.json or (None if chosen.quick else RESULTS))


if __name__ == "__main__":
    main()
