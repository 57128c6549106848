"""Reports as HTML pages that need nothing else: a style, plots, and the same numbers as tables."""

from aisle.charts.page import CHARTS, Figure, render

__all__ = ["CHARTS", "Figure", "render"]
