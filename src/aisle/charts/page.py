"""One page from a package's template, style and drawings, with what all reports share."""

from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

_HERE = Path(__file__).parent
CHARTS = _HERE / "static" / "vendor" / "echarts.common.min.js"
"""The library that draws; `make static` brings it."""
HOW_TO_GET_CHARTS = "make static"


class Figure(msgspec.Struct, frozen=True):
    """A plot: what it shows, in words, and its numbers."""

    id: str
    """Names the drawing in the package's `report.js`."""
    title: str
    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def render(package: Path, charts: Path, **values: Any) -> str:
    """The package's `templates/report.html` with its `static/report.css` and `static/report.js`.

    `values` are the template's; `series` among them is what the drawings read. Without the file
    `charts` the page has tables alone.
    """
    pages = Environment(
        loader=FileSystemLoader([package / "templates", _HERE / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return pages.get_template("report.html").render(
        shared_style=_raw(_HERE / "static" / "page.css"),
        style=_raw(package / "static" / "report.css"),
        shared_script=_raw(_HERE / "static" / "report.js"),
        script=_raw(package / "static" / "report.js"),
        charts=_raw(charts) if charts.exists() else "",
        how_to_get_charts=HOW_TO_GET_CHARTS,
        **values,
    )


def _raw(path: Path) -> Markup:
    """A file of this distribution, which is not escaped."""
    return Markup(path.read_text("utf-8"))  # noqa: S704
