"""An evaluation in words and cells, for the terminal and the report alike."""

from collections.abc import Iterator

from aisle.evaluation.protocols import ProtocolName
from aisle.offline.results import Evaluation, Row, Setup

COLUMNS = {
    "ndcg": "NDCG",
    "ndcg_published": "NDCG as published",
    "hit_rate": "HR",
    "mrr": "MRR",
    "precision": "precision",
    "recall": "recall",
    "map": "MAP",
    "coverage": "coverage",
    "novelty": "novelty",
    "diversity": "diversity",
    "gini": "Gini",
    "cold_share": "cold",
}
"""Metrics as people call them."""


def cell(row: Row | None, *, interval: bool = True) -> str:
    """A number, with the half-width of its interval where that is wanted and there is one."""
    if row is None:
        return "–"  # noqa: RUF001 - a dash for nothing
    digits = 2 if row.metric.startswith("novelty") else 4
    if not interval or row.low is None or row.high is None:
        return f"{row.value:.{digits}f}"
    return f"{row.value:.{digits}f} ±{(row.high - row.low) / 2:.{digits}f}"


def settings(setup: Setup) -> Iterator[str]:
    """What the numbers rest on, a sentence a line."""
    chosen = setup.protocol
    variant = f" ({chosen.variant})" if chosen.name is ProtocolName.TIME_SPLIT else ""
    yield (
        f"{setup.dataset}: {setup.interactions:,} interactions of {setup.users:,} users with "
        f"{setup.items:,} items; {chosen.name}{variant}, seed {setup.seed}"
    )
    yield (
        f"{setup.lists:,} lists for {setup.asked:,} users, learnt from "
        f"{setup.learnt_from:,} interactions; "
        + (
            "items already had may be recommended"
            if chosen.keep_seen
            else "items already had left out"
        )
        + "; "
        + (
            "requests at the time of the event to be found"
            if chosen.target_time
            else "blind to the time of the event to be found"
        )
    )
    left = setup.left_out
    parts = (
        (left.without_history, "questions of users of whom nothing is given"),
        (left.seen, "items that the user had had"),
        (left.unseen, "items that nobody had in training"),
    )
    told = [f"{count:,} {what}" for count, what in parts if count]
    if told:
        yield f"Not asked: {', '.join(told)}"


def differences(found: Evaluation) -> Iterator[str]:
    """How far each recipe is ahead of the best baseline, or behind."""
    for one in found.differences:
        name, _, cutoff = one.metric.partition("@")
        sure = "" if one.low > 0 or one.high < 0 else ", which may be chance"
        yield (
            f"{one.model} against {one.baseline}: {COLUMNS[name]}@{cutoff} {one.value:+.4f} "
            f"(95 %: {one.low:+.4f} to {one.high:+.4f}){sure}"
        )
