"""Segments of shoppers: who would like each category, found by the engine for the operator."""

import re
import shutil
from pathlib import Path

import msgspec
import polars as pl

from aisle.provisioning import Plan, SegmentPlan, SolutionPlan, digest_of, on_this_machine
from allstore.shop.settings import load_config, save_config

_SOLUTION = SolutionPlan("allstore-segments", "aws-item-attribute-affinity", {"transformer": "off"})
"""Without the part that takes long: whole categories are told apart by the other."""
_CATEGORY = "CATEGORY_L1"
_LINES = "segments.json"
_RESULTS = "segments"
_MOST = 250
"""Shoppers of a segment."""


def segments_plan(plan: Plan, store: Path) -> Plan | None:
    """The plan with a segment for each category; None where the items are not told apart by one."""
    categories = _categories(store / "items.csv")
    if len(categories) < 2:  # noqa: PLR2004 - one category is everything
        return None
    asked = [{"itemAttributes": f"ITEMS.{_CATEGORY} = {_quoted(each)}"} for each in categories]
    lines = store / _LINES
    lines.write_bytes(msgspec.json.Encoder().encode_lines(asked))
    digest = digest_of(lines)
    results = f"{(store / _RESULTS).resolve().as_uri()}/"
    segments = SegmentPlan(_SOLUTION, on_this_machine(lines, digest), results, digest, _MOST)
    return msgspec.structs.replace(plan, segments=(segments,))


def show_segments(store: Path, shop: Path) -> None:
    """Put what the job wrote into the shop's folder, whole, and tell the shop of it.

    Raises OSError where it is gone.
    """
    written = store / _RESULTS / f"{_LINES}.out"
    draft = shop / f".{written.name}.draft"
    shutil.copyfile(written, draft)
    draft.replace(shop / written.name)
    config = msgspec.structs.replace(load_config(shop), segments_file=written.name)
    save_config(shop, config)


def _quoted(value: str) -> str:
    escaped = re.sub(r'(["\\])', r"\\\1", value)
    return f'"{escaped}"'


def _categories(items: Path) -> list[str]:
    if not items.exists():
        return []
    columns = pl.scan_csv(items, infer_schema=False)
    if _CATEGORY not in columns.collect_schema().names():
        return []
    named = columns.select(pl.col(_CATEGORY).drop_nulls().unique().sort())
    return named.collect(engine="streaming")[_CATEGORY].to_list()
