"""A diagnosis as one HTML page that needs nothing else."""

from pathlib import Path

import msgspec

from aisle.charts import CHARTS, render
from aisle.diagnosis import wording
from aisle.diagnosis.figures import WEEKDAYS, figures_of, hours_caption
from aisle.diagnosis.findings import Diagnosis, Severity

_HERE = Path(__file__).parent
_GROUPS: tuple[tuple[Severity, str], ...] = (
    ("error", "Errors"),
    ("warning", "Warnings"),
    ("note", "Notes"),
)


def write_html(diagnosis: Diagnosis, path: Path, *, name: str = "") -> None:
    """Write the page; `name` says what was diagnosed. Without ECharts the page has tables alone."""
    path.write_text(render_html(diagnosis, name=name), encoding="utf-8")


def render_html(diagnosis: Diagnosis, *, name: str = "", charts: Path = CHARTS) -> str:
    """The page; `charts` is the library that draws, which may be missing."""
    series = diagnosis.series
    return render(
        _HERE,
        charts,
        words=wording,
        diagnosis=diagnosis,
        name=name,
        groups=[(title, found) for kind, title in _GROUPS if (found := diagnosis.of(kind))],
        figures=figures_of(series),
        weekdays=WEEKDAYS,
        busiest=max(map(max, series.week_hours)),
        hours_caption=hours_caption(series.week_hours),
        series=msgspec.to_builtins(series),
    )
