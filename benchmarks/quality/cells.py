"""Cells of the tables, one model on one data set each, and how they get into the results."""

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import msgspec

from benchmarks.machine import machine
from benchmarks.quality import cold_start
from benchmarks.quality.entrants import RECIPE, entrant
from benchmarks.quality.measuring import measure
from benchmarks.quality.rows import Row, merged, read, show, write
from benchmarks.quality.sections import Section
from benchmarks.quality.training_data import training_data

RESULTS = Path(__file__).parents[1] / "results" / "quality.json"


def cell(section: Section, dataset: str, model: str) -> list[Row]:
    """One model, from the files on."""
    data = training_data(dataset, metadata=section.metadata)
    return measure(section, dataset, model, entrant(model), data)


def new_items_and_users(dataset: str) -> list[Row]:
    """Section D of our default recipe, with what three events of a user are worth of all."""
    found = [
        msgspec.structs.replace(row, model=row.model.replace(RECIPE, "aisle"))
        for row in cold_start.measure(dataset, RECIPE)
    ]
    last = next(row for row in found if row.metric == "ndcg@10 after all")
    three = next(row for row in found if row.metric == "ndcg@10 after 3")
    share = round(three.value / last.value, 4) if last.value else 0.0
    return [*found, msgspec.structs.replace(last, metric="ndcg@10 after 3, of all", value=share)]


def run(cells: Sequence[Callable[[], list[Row]]], json: Path | None) -> None:
    """Measure each in a process of its own, show its rows, and put them into the file."""
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh:
        for one in cells:
            rows = fresh.submit(one).result()
            for model in dict.fromkeys(row.model for row in rows):
                show([row for row in rows if row.model == model])
            if json:
                json.parent.mkdir(exist_ok=True)
                write(json, merged(read(json), [*rows, *machine()]))
