"""The 84 styles the store sells, read from `styles.csv`."""

import csv
from importlib.resources import files

import msgspec

GENDERS = {"": (0.0, 0.0), "M": (0.65, 0.1), "F": (0.05, 0.75), "MF": (0.42, 0.42)}
"""From the table's letters to the shares of products made for men and for women."""


class Style(msgspec.Struct, frozen=True):
    """A kind of product within a category, such as `sneaker` in `footwear`."""

    id: str
    category: str
    nouns: tuple[str, ...]
    """What a product of the style is called after its maker's name."""
    low: float
    high: float
    """The range of prices."""
    age: float
    """The age of those it suits best."""
    genders: tuple[float, float]
    """Shares of its products made for men and for women; the rest suits anyone."""
    peak: int
    """The month in which it sells best, 1 to 12; 0 where the season does not matter."""
    complements: tuple[str, ...]
    """Styles bought to go with it."""


def _style(row: dict[str, str]) -> Style:
    return Style(
        id=row["style"],
        category=row["category"],
        nouns=tuple(row["nouns"].split("|")),
        low=float(row["low"]),
        high=float(row["high"]),
        age=float(row["age"]),
        genders=GENDERS[row["genders"]],
        peak=int(row["peak"]),
        complements=tuple(row["complements"].split()),
    )


def _read() -> dict[str, Style]:
    text = files("allstore.catalog").joinpath("styles.csv").read_text("utf-8")
    return {row["style"]: _style(row) for row in csv.DictReader(text.splitlines())}


STYLES = _read()
