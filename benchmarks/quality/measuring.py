"""One model on one data set under one protocol: train, rank, and measure, in this process."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.evaluation.bootstrap import Bootstrap, interval
from aisle.evaluation.held_out import HeldOut
from aisle.evaluation.list_metrics import Values
from aisle.evaluation.metrics import hits_of
from aisle.recipes.base import TrainingData
from benchmarks.quality.entrants import Answers, Entrant
from benchmarks.quality.rows import Row
from benchmarks.quality.sections import METRICS, Section


def measure(
    section: Section, dataset: str, model: str, entrant: Entrant, data: TrainingData
) -> list[Row]:
    """A row a metric: means over all seeds, with what they are worth in the note.

    With one seed that is the interval in which the mean lies with 95 % confidence, by drawing users
    again; with several, the standard deviation between seeds.
    """
    runs = [_run(section, entrant, data, seed) for seed in range(section.seeds)]
    answers = [run for run, _values in runs]
    found = {name: [values[name] for _run, values in runs] for name in runs[0][1]}
    seconds = float(np.mean([one.seconds for one in answers]))
    peak = max(one.peak_mib for one in answers)
    return [
        Row(
            section=section.name,
            dataset=dataset,
            model=model,
            metric=metric,
            value=round(float(np.mean([one.mean for one in each])), 4),
            seconds=round(seconds, 1),
            peak_mib=peak,
            seed=0,
            note="; ".join(filter(None, [_spread(each), answers[0].note])),
        )
        for metric, each in found.items()
    ]


class _Measured(msgspec.Struct, frozen=True):
    mean: float
    low: float
    high: float


def _run(
    section: Section, entrant: Entrant, data: TrainingData, seed: int
) -> tuple[Answers, dict[str, _Measured]]:
    questions = section.questions(data.interactions, seed)
    train = next(iter(questions.values())).train
    answers = entrant(
        msgspec.structs.replace(data, interactions=train), questions, section.depth, seed
    )
    found = {}
    for label, lists in answers.lists.items():
        for metric in section.metrics:
            name = f"{metric}, {label}" if label else metric
            found[name] = _measured(values_of(metric, lists, questions[label]), questions[label])
    return answers, found


def values_of(metric: str, lists: NDArray[np.int32], held: HeldOut) -> Values:
    """`[questions]` of a metric by name."""
    hits = hits_of(lists, held.pairs, len(held.events.items))
    return METRICS[metric](hits, held.relevant)


def _measured(values: Values, held: HeldOut) -> _Measured:
    low, high = interval(Bootstrap(held.user, 0).means(values[:, None]))
    return _Measured(float(values.mean()), float(low[0]), float(high[0]))


def _spread(found: list[_Measured]) -> str:
    if len(found) == 1:
        return f"95 %: {found[0].low:.4f} to {found[0].high:.4f}"
    deviation = np.std([one.mean for one in found], ddof=1)
    return f"{len(found)} seeds, s.d. {deviation:.4f}"
