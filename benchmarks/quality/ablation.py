"""What each part of our default model brings, on three data sets under section A's protocol.

python -m benchmarks.quality.ablation [--data ml-1m] [--only NAME ...] [--quick]
"""

import argparse
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import msgspec

from benchmarks.quality.cells import RESULTS, configuration, run
from benchmarks.quality.sections import SECTIONS, quick

CONFIGURATIONS: Mapping[str, dict[str, str]] = {
    "whole": {},
    "without the transformer": {"transformer": "off"},
    "the transformer alone": {"transformer": "on", "transformer_share": "1.0"},
    "the ridge, dense alone": {"transformer": "off", "ridge_solver": "dense"},
    "the ridge, diagonal alone": {"transformer": "off", "ridge_solver": "diagonal"},
    "without the recency bias": {"apply_recency_bias": "false"},
    "without popularity": {"popularity_share": "0.0"},
}
"""Hyperparameters of the default recipe, by what they leave out."""


def main() -> None:
    section = msgspec.structs.replace(SECTIONS[0], name="ablation")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", default=[])
    parser.add_argument("--only", nargs="+", choices=CONFIGURATIONS, default=list(CONFIGURATIONS))
    parser.add_argument("--quick", action="store_true", help="the smallest data set")
    parser.add_argument("--json", type=Path, help="default: benchmarks/results, none with --quick")
    chosen = parser.parse_args()
    section = quick(section) if chosen.quick else section
    cells = [
        partial(configuration, section, dataset, name, CONFIGURATIONS[name])
        for dataset in chosen.data or section.datasets
        for name in chosen.only
    ]
    run(cells, chosen.json or (None if chosen.quick else RESULTS))


if __name__ == "__main__":
    main()
