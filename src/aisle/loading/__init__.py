"""Files of reviews, films, baskets or events into CSV files that Amazon Personalize imports."""

from aisle.loading.load import earlier, load
from aisle.loading.options import LoadError, LoadOptions, Progress, quiet
from aisle.loading.report import (
    ColumnUse,
    Example,
    FileReport,
    Ignored,
    LoadReport,
    Note,
    Rejection,
)

__all__ = [
    "ColumnUse",
    "Example",
    "FileReport",
    "Ignored",
    "LoadError",
    "LoadOptions",
    "LoadReport",
    "Note",
    "Progress",
    "Rejection",
    "earlier",
    "load",
    "quiet",
]
