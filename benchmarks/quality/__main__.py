"""Sections A to D: how good the recommendations are, beside the published numbers.

    python -m benchmarks.quality [--section A] [--data ml-1m] [--models aisle popularity] [--quick]

Each row is measured in a fresh process and put into the results at once, in the place of the older
one, so that any row can be measured again without the others. AISLE_TEST_DATA names the folder of
the data sets; `make peers` installs the peers.
"""

import argparse
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks.quality import entrants
from benchmarks.quality.cells import RESULTS, cell, new_items_and_users, run
from benchmarks.quality.real_data import WITH_ITEMS
from benchmarks.quality.sections import SECTIONS, Section, quick

_COLD = ("ml-1m", "beauty")
"""Data sets of section D."""


def chosen_sections(names: Sequence[str], datasets: Sequence[str], *, small: bool) -> list[Section]:
    """Those of these names, with these data sets; all where none is named."""
    found = [quick(section) if small else section for section in SECTIONS]
    return [
        section
        for section in found
        if (not names or section.name in names)
        and (not datasets or set(section.datasets) & set(datasets))
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--section", nargs="+", default=[], choices=["A", "B", "C", "D"])
    parser.add_argument("--data", nargs="+", default=[])
    parser.add_argument("--models", nargs="+", default=[])
    parser.add_argument("--quick", action="store_true", help="the smallest data, few models")
    parser.add_argument("--json", type=Path, help="default: benchmarks/results, none with --quick")
    chosen = parser.parse_args()
    models = chosen.models or (entrants.QUICK if chosen.quick else entrants.DEFAULT)
    cells = [
        partial(cell, section, dataset, model)
        for section in chosen_sections(chosen.section, chosen.data, small=chosen.quick)
        for dataset in section.datasets
        if not chosen.data or dataset in chosen.data
        for model in models
    ]
    cold = ("ml-100k",) if chosen.quick else _COLD
    cells += [
        partial(new_items_and_users, dataset)
        for dataset in chosen.data or cold
        if (not chosen.section or "D" in chosen.section)
        and "aisle" in models
        and dataset in WITH_ITEMS
    ]
    run(cells, chosen.json or (None if chosen.quick else RESULTS))


if __name__ == "__main__":
    main()
