"""An evaluation as one HTML page that needs nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aisle.charts import CHARTS, Figure, render
from aisle.evaluation.protocols import ProtocolName
from aisle.offline import wording
from aisle.offline.parts import HISTORY, POPULARITY
from aisle.offline.results import Evaluation, Row, Setup

_HERE = Path(__file__).parent
_COVERAGE = "coverage"
_FEWEST = 20
"""Lists, or items to be found, of a part that is drawn; tables have them all."""


def write_html(found: Evaluation, path: Path) -> None:
    """Write the page. Without ECharts it has tables alone. Raises OSError."""
    path.write_text(render_html(found), encoding="utf-8")


def render_html(found: Evaluation, *, charts: Path = CHARTS) -> str:
    """The page; `charts` is the library that draws, which may be missing."""
    return render(
        _HERE,
        charts,
        found=found,
        setup=found.setup,
        words=wording,
        sentences=list(wording.settings(found.setup)),
        settings=list(_settings(found.setup)),
        ahead=list(wording.differences(found)),
        headers=("model", *(_shown_names(found)), "seconds"),
        rows=list(_table(found)),
        figures=_figures(found),
        series=_series(found),
    )


def _settings(setup: Setup) -> Iterator[tuple[str, str]]:
    chosen, machine = setup.protocol, setup.machine
    yield "protocol", chosen.name.value
    if chosen.name is ProtocolName.TIME_SPLIT:
        yield "events to be found", chosen.variant.value
        yield "k-core", str(chosen.core)
    if chosen.name is not ProtocolName.LEAVE_ONE_OUT:
        yield "share held out", str(chosen.share)
    at = "of the event to be found" if chosen.target_time else "of the last event given"
    yield "time of requests", at
    yield "items already had", "may be recommended" if chosen.keep_seen else "left out"
    yield "items unseen in training", "asked for" if chosen.keep_unseen else "not asked for"
    yield "cutoffs", ", ".join(map(str, setup.cutoffs))
    yield "seed", str(setup.seed)
    yield "machine", f"{machine.system}, {machine.cores} cores"
    yield "Python", machine.python
    yield "Aisle", machine.aisle


def _rows_of(found: Evaluation, model: str) -> dict[str, Row]:
    return {row.metric: row for row in found.rows if row.model == model}


def _metrics(found: Evaluation) -> list[str]:
    """Those that some model has, in the order of the table, at each cutoff."""
    there = {row.metric for row in found.rows}
    every = (f"{name}@{k}" for k in found.setup.cutoffs for name in wording.COLUMNS)
    return [metric for metric in every if metric in there]


def _shown_names(found: Evaluation) -> list[str]:
    return [
        f"{wording.COLUMNS[name]}@{k}"
        for name, _, k in (metric.partition("@") for metric in _metrics(found))
    ]


def _table(found: Evaluation) -> list[tuple[str, ...]]:
    metrics = _metrics(found)
    rows = []
    for model in found.models:
        of = _rows_of(found, model)
        cells = (wording.cell(of.get(metric)) for metric in metrics)
        rows.append((model, *cells, f"{next(iter(of.values())).seconds:.1f}"))
    return rows


def _figures(found: Evaluation) -> tuple[Figure, ...]:
    k = found.setup.cutoffs[0]
    return (
        _interval_figure(found, "ndcg"),
        _interval_figure(found, "hit_rate"),
        Figure(
            "coverage",
            "Accuracy against coverage",
            f"NDCG@{k} by the share of the catalogue that is in some list of {k}. Up and to the "
            "right is better: right for more people, with more of the shop.",
            ("model", f"coverage@{k}", f"NDCG@{k}"),
            tuple(
                (model, *(_plain(found, model, name) for name in (_COVERAGE, "ndcg")))
                for model in found.models
            ),
        ),
        _parts_figure(
            found,
            HISTORY,
            "NDCG by history length",
            f"NDCG@{k} of the lists for users of whom so many events are given. Parts of fewer "
            f"than {_FEWEST} lists are in the table alone.",
            "events given",
        ),
        _parts_figure(
            found,
            POPULARITY,
            "NDCG by item popularity",
            f"What is gained at {k} from the items to be found, by how popular they were in "
            "training: 1 is the tenth of the items that most users had, 10 the tenth that fewest "
            "had, new what nobody had.",
            "decile",
        ),
    )


def _interval_figure(found: Evaluation, name: str) -> Figure:
    k = found.setup.cutoffs[0]
    title = f"{wording.COLUMNS[name]}@{k}"
    return Figure(
        name,
        title,
        f"The mean over {found.setup.lists:,} lists, and where 95 % of the means of "
        f"{found.setup.resamples:,} resamples of the users lie.",
        ("model", title, "from", "to"),
        tuple(
            (
                model,
                f"{row.value:.4f}",
                *("–" if end is None else f"{end:.4f}" for end in (row.low, row.high)),  # noqa: RUF001
            )
            for model in found.models
            for row in (_rows_of(found, model)[f"{name}@{k}"],)
        ),
    )


def _plain(found: Evaluation, model: str, name: str) -> str:
    return f"{found.value(model, f'{name}@{found.setup.cutoffs[0]}'):.4f}"


def _parts_figure(found: Evaluation, by: str, title: str, caption: str, what: str) -> Figure:
    counts = {one.part: one.count for one in found.parts if one.by == by}
    values = {(one.model, one.part): one.ndcg for one in found.parts if one.by == by}
    return Figure(
        by,
        title,
        caption,
        (what, "count", *found.models),
        tuple(
            (part, f"{count:,}", *(f"{values[model, part]:.4f}" for model in found.models))
            for part, count in counts.items()
        ),
    )


def _series(found: Evaluation) -> dict[str, Any]:
    """What the drawings read."""
    k = found.setup.cutoffs[0]
    drawn = [one for one in found.parts if one.count >= _FEWEST]
    models = []
    for model in found.models:
        of = _rows_of(found, model)
        parts = {
            by: [one.ndcg for one in drawn if one.model == model and one.by == by]
            for by in (HISTORY, POPULARITY)
        }
        points = {
            name: {"value": row.value, "low": row.low, "high": row.high}
            for name in ("ndcg", "hit_rate", _COVERAGE)
            for row in (of[f"{name}@{k}"],)
        }
        models.append({"name": model, **points, "parts": parts})
    names = {
        by: list(dict.fromkeys(one.part for one in drawn if one.by == by))
        for by in (HISTORY, POPULARITY)
    }
    return {"models": models, "parts": names, "cutoff": k}
