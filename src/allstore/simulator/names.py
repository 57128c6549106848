"""First and last names for made-up shoppers, read from `names.csv`."""

import csv
from importlib.resources import files


def _read() -> dict[str, tuple[str, ...]]:
    text = files("allstore.simulator").joinpath("names.csv").read_text("utf-8")
    return {row["list"]: tuple(row["names"].split()) for row in csv.DictReader(text.splitlines())}


_LISTS = _read()
WOMEN, MEN, LAST = _LISTS["women"], _LISTS["men"], _LISTS["last"]
