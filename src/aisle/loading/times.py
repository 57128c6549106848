"""Times as files write them, as epoch seconds."""

import re
from datetime import UTC, datetime

import polars as pl

from aisle.loading.notes import Notes

LATEST = 4_102_444_800
"""The year 2100; times from then on are taken for mistakes, as are those before 1970."""

_UNITS = ((1e11, 1, "seconds"), (1e14, 1000, "milliseconds"), (1e17, 10**6, "microseconds"))
_NANO = (10**9, "nanoseconds")
_REVIEW = re.compile(r"(\d{1,2}) (\d{1,2}), (\d{4})")
_SLASHED = re.compile(
    r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?: *([AaPp])[Mm])?)?"
)
_LONGEST = 64
_LAST_MONTH = 12


class Clock:
    """Reads the times of one file. Its unit is told from the first block that has numbers."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._divisor: int | None = None
        self._day_first = False

    def seconds(self, column: pl.Series) -> pl.Series:
        """Epoch seconds (Int64) of numbers or texts; null where a value says no time."""
        if not column.dtype.is_numeric():
            column = column.str.strip_chars()
        numbers = column.cast(pl.Float64, strict=False)
        exact = column.cast(pl.Int64, strict=False)
        self._tell_unit(numbers)
        divisor = self._divisor or 1
        whole = pl.select(
            pl.coalesce(
                exact.to_frame("t").select(pl.col("t").floordiv(divisor)).to_series(),
                _whole(numbers / divisor),
            )
        ).to_series()
        if column.dtype.is_numeric():
            return whole
        return self._with_texts(column, numbers, whole)

    def _tell_unit(self, numbers: pl.Series) -> None:
        if self._divisor is not None or not numbers.is_finite().any():
            return
        size = abs(float(numbers.filter(numbers.is_finite()).median() or 0.0))  # type: ignore[arg-type]
        found = next(((by, name) for most, by, name in _UNITS if size < most), _NANO)
        self._divisor = found[0]
        if found[0] != 1:
            self._notes.whole(f"times are taken for {found[1]}")

    def _with_texts(self, column: pl.Series, numbers: pl.Series, whole: pl.Series) -> pl.Series:
        """`whole`, and what the texts that are no numbers say."""
        texts = column.filter(numbers.is_null() & column.is_not_null()).unique()
        if not len(texts):
            return whole
        written = texts.to_list()
        self._tell_order(written)
        spoken = [parse_time(text, day_first=self._day_first) for text in written]
        return whole.fill_null(
            column.replace_strict(texts, pl.Series(spoken, dtype=pl.Int64), default=None)
        )

    def _tell_order(self, texts: list[str]) -> None:
        slashed = [found for text in texts if (found := _SLASHED.match(text))]
        if slashed and not self._day_first:
            self._day_first = any(int(found[1]) > _LAST_MONTH for found in slashed)
            order = "day" if self._day_first else "month"
            self._notes.whole(
                f"dates such as {slashed[0].group()[:10]} are taken for {order} first"
            )


def _whole(numbers: pl.Series) -> pl.Series:
    return (
        numbers.to_frame("n")
        .select(
            pl.when(pl.col("n").is_finite() & (pl.col("n").abs() < float(1 << 62)))
            .then(pl.col("n"))
            .floor()
            .cast(pl.Int64)
        )
        .to_series()
    )


def parse_time(text: str, *, day_first: bool = False) -> int | None:
    """Epoch seconds of a date or a time; without a zone it is UTC. None where it is neither.

    ISO 8601, `06 17, 2018`, and `12/31/2010 8:26` or, with `day_first`, `31/12/2010 8:26`.
    """
    bare = text.strip()
    if len(bare) > _LONGEST:
        return None
    try:
        moment = _moment(bare, day_first=day_first)
        return None if moment is None else int(moment.timestamp() // 1)
    except (ValueError, OverflowError):
        return None


def _moment(text: str, *, day_first: bool) -> datetime | None:
    review, slashed = _REVIEW.fullmatch(text), _SLASHED.fullmatch(text)
    if review:
        month, day, year = map(int, review.groups())
        return datetime(year, month, day, tzinfo=UTC)
    if slashed:
        return _slashed(slashed, day_first=day_first)
    if text.isdigit():
        return None
    found = datetime.fromisoformat(text.removesuffix(" UTC"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _slashed(found: re.Match[str], *, day_first: bool) -> datetime:
    first, second, year, hour, minute, second_of = (int(part or 0) for part in found.groups()[:6])
    month, day = (second, first) if day_first else (first, second)
    half = (found[7] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime(year, month, day, hour, minute, second_of, tzinfo=UTC)
