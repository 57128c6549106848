"""Who reaches what when, from the points of the curves."""

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.quality.rows import Row

POINT = "ndcg@10 at "
"""Rows with such a metric are the points of a curve: `seconds` and `value`."""
YARDSTICK = "rectools-sasrec"
SHARES = (0.5, 0.75, 0.9, 1.0)
"""Of the yardstick's best, which others are timed to reach."""
OF_ITS_OWN = f"seconds to the best of {YARDSTICK}, of its own"
"""The share of the yardstick's time that it takes to be as good."""


def seconds_to(rows: Iterable[Row], ndcg: float) -> float | None:
    """When a model's curve first reaches an NDCG; None if it never does."""
    return min((row.seconds for row in rows if row.value >= ndcg), default=None)


def curves(rows: Iterable[Row]) -> Mapping[tuple[str, str], Sequence[Row]]:
    """The points by data set and model, in the order of measuring."""
    found: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        if row.metric.startswith(POINT):
            found.setdefault((row.dataset, row.model), []).append(row)
    return found


def against_yardstick(rows: Sequence[Row]) -> list[Row]:
    """For every model on the yardstick's data sets: the seconds to each share of its best, and the
    share of its time that it takes to be as good. What is not reached has no row.
    """
    drawn = curves(rows)
    found = []
    for (dataset, model), points in drawn.items():
        reference = drawn.get((dataset, YARDSTICK))
        if reference is None:
            continue
        best = max(reference, key=lambda row: row.value)
        values = {
            f"s to {best.value * share:.4f}": seconds_to(points, best.value * share)
            for share in SHARES
        }
        as_good = seconds_to(points, best.value)
        if as_good is not None and best.seconds:
            values[OF_ITS_OWN] = round(as_good / best.seconds, 4)
        first = points[0]
        found += [
            Row("E", dataset, model, metric, value, first.seconds, first.peak_mib, first.seed, "")
            for metric, value in values.items()
            if value is not None
        ]
    return found
