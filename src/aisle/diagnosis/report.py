"""A diagnosis as one HTML page that needs nothing else."""

from pathlib import Path

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from aisle.diagnosis import wording
from aisle.diagnosis.figures import WEEKDAYS, figures_of, hours_caption
from aisle.diagnosis.findings import Diagnosis, Severity

_HERE = Path(__file__).parent
CHARTS = _HERE / "static" / "vendor" / "echarts.common.min.js"
HOW_TO_GET_CHARTS = "make static"
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
    pages = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages.globals["words"] = wording
    series = diagnosis.series
    return pages.get_template("report.html").render(
        diagnosis=diagnosis,
        name=name,
        groups=[(title, found) for kind, title in _GROUPS if (found := diagnosis.of(kind))],
        figures=figures_of(series),
        weekdays=WEEKDAYS,
        busiest=max(map(max, series.week_hours)),
        hours_caption=hours_caption(series.week_hours),
        series=msgspec.to_builtins(series),
        style=_own("report.css"),
        script=_own("report.js"),
        charts=Markup(charts.read_text("utf-8")) if charts.exists() else "",  # noqa: S704
        how_to_get_charts=HOW_TO_GET_CHARTS,
    )


def _own(name: str) -> Markup:
    """A file of this package, which is not escaped."""
    return Markup((_HERE / "static" / name).read_text("utf-8"))  # noqa: S704
