"""Ids that do not say who or what they mean."""

from collections.abc import Iterator

import polars as pl

from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import Check, Finding
from aisle.diagnosis.values import shown

_SPELLING = Check(
    id="ids-differ-by-case-or-space",
    title="Ids that differ from another only by case or space, or have space around them",
    severity="warning",
    unit="count",
    meaning="To the service they are different users or items, so histories are split.",
    advice="Trim the ids and choose one spelling.",
)
_FLOATS = Check(
    id="ids-look-like-floats",
    title="Ids written as decimals, such as 17.0",
    severity="warning",
    meaning="A table tool read a column with gaps as numbers; other sources will say 17.",
    advice="Read ids as text, or strip the decimals everywhere.",
)
_PLACEHOLDERS = Check(
    id="placeholder-ids",
    title="Events of the commonest id that stands for nobody",
    severity="warning",
    meaning="Different people or things are pooled under one id, whose history means nothing.",
    advice="Use a session id for visitors who are not known, or leave the events out.",
)
_NOBODY = (
    "undefined", "null", "none", "nan", "nil", "na", "n/a", "unknown", "anonymous", "anon",
    "guest", "test", "default", "false", "-", "?",
)  # fmt: skip
_NUMBERS = ("0", "-1", "0.0", "-1.0", "00000000-0000-0000-0000-000000000000")
_OUTSTANDING = 10
"""A number such as 0 may be an ordinary id; not with this many times the usual events."""


def judged(evidence: Evidence) -> Iterator[Finding]:
    limits = evidence.limits
    sides = (evidence.census.users, evidence.census.items)
    names = [
        f"{kind} {shown(one)}"
        for kind, side in zip(("user", "item"), sides, strict=True)
        for one in _variants(side["id"])
    ]
    yield _SPELLING.judge(len(names), 0, names)
    yield _floats(sides, limits.float_ids)
    yield _placeholders(sides, limits.placeholder)


def _variants(ids: pl.Series) -> list[str]:
    """In the order of the spelling that they share."""
    folded = ids.str.strip_chars().str.to_lowercase()
    spaced = ids != ids.str.strip_chars()
    frame = pl.DataFrame({"id": ids, "folded": folded, "odd": spaced | folded.is_duplicated()})
    return frame.filter("odd").sort("folded", "id")["id"].to_list()


def _floats(sides: tuple[pl.DataFrame, ...], limit: float) -> Finding:
    worst, examples = 0.0, list[str]()
    for side in sides:
        like = side["id"].filter(side["id"].str.contains(r"^\d+\.0+$"))
        worst = max(worst, len(like) / max(1, len(side)))
        examples += [shown(one) for one in like.head(3)]
    return _FLOATS.judge(worst, limit, examples)


def _placeholders(sides: tuple[pl.DataFrame, ...], limit: float) -> Finding:
    found = sorted((one for side in sides for one in _nobodies(side)), reverse=True)
    worst = found[0][0] if found else 0.0
    examples = (f"{shown(name)}: {share:.1%} of the events" for share, name in found)
    return _PLACEHOLDERS.judge(worst, limit, examples)


def _nobodies(side: pl.DataFrame) -> list[tuple[float, str]]:
    """Shares of events, and ids."""
    plain = pl.col("id").str.strip_chars().str.to_lowercase()
    many = pl.col("events") > _OUTSTANDING * pl.col("events").median()
    nobody = plain.is_in(_NOBODY) | (plain.is_in(_NUMBERS) & many)
    share = pl.col("events") / pl.col("events").sum()
    return side.with_columns(share.alias("share")).filter(nobody).select("share", "id").rows()
