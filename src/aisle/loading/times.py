"""Times as files write them, as epoch seconds."""

import re
from datetime import UTC, datetime

import polars as pl

from aisle.loading.notes import Notes

LATEST = 4_102_444_800
"""The year 2100; times from then on are taken for mistakes, as are those before 1970."""

_1980 = 315_532_800
_UNITS = ((1e11, 1, "seconds"), (1e14, 1000, "milliseconds"), (1e17, 10**6, "microseconds"))
_NANO = (10**9, "nanoseconds")
_DATES = (19_700_101, 20_991_231)
_SERIALS = (25_569, 73_050)
"""Days since 1899-12-30, as spreadsheets count them: 1970 to 2099."""
_DAY = 86_400
_REVIEW = re.compile(r"(\d{1,2}) (\d{1,2}), (\d{4})")
_SLASHED = re.compile(
    r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?: *([AaPp])[Mm])?)?"
)
_LONGEST = 64


class Clock:
    """Reads the times of one file. What its numbers count is told from the first block with any.

    A number of another unit than the file's, as its size tells, is read in its own where that
    makes it a time since 1980.
    """

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._divisor: int | None = None
        self._dates = self._serials = False

    def seconds(self, column: pl.Series) -> pl.Series:
        """Epoch seconds (Int64) of numbers or texts; null where a value says no time.

        Days and months written with slashes come with the month first.
        """
        if not column.dtype.is_numeric():
            column = column.str.strip_chars()
        numbers = column.cast(pl.Float64, strict=False)
        self._tell_unit(numbers)
        found = self._with_numbers(numbers, column.cast(pl.Int64, strict=False))
        if not column.dtype.is_numeric():
            found = _with_texts(column, numbers, found)
        early = int(((found >= 0) & (found < _1980)).sum())
        self._notes.rows("times lie before 1980", early)
        return found

    def _tell_unit(self, numbers: pl.Series) -> None:
        if self._divisor is not None or not numbers.is_finite().any():
            return
        known = numbers.filter(numbers.is_finite())
        size = abs(float(known.median() or 0.0))  # type: ignore[arg-type]
        self._divisor, unit = next(((by, name) for most, by, name in _UNITS if size < most), _NANO)
        self._dates = size >= _1980 or 2 * int(_is_date(known).sum()) > len(known)
        self._serials = bool(known.is_between(*_SERIALS).all())
        if self._serials:
            unit = "days of a spreadsheet"
        elif size < _1980 and self._dates:
            unit = "dates such as 20181231"
        if unit != "seconds":
            self._notes.whole(f"times are taken for {unit}")

    def _with_numbers(self, numbers: pl.Series, exact: pl.Series) -> pl.Series:
        """Epoch seconds of what is a number; `exact` is the same where it is whole."""
        if self._serials and numbers.is_between(*_SERIALS).any():
            days = pl.when(numbers.is_between(*_SERIALS)).then(numbers - _SERIALS[0])
            return pl.select((days * _DAY).round().cast(pl.Int64)).to_series()
        by_file, by_size = self._divisor or 1, _divisors(numbers)
        found, other = _divided(numbers, exact, by_file), _divided(numbers, exact, by_size)
        odd = (by_size != by_file) & other.is_between(_1980, LATEST)
        self._notes.rows(
            "times are of another unit than most; each is read in its own", int(odd.sum())
        )
        found = pl.select(pl.when(odd).then(other).otherwise(found)).to_series()
        return _with_dates(found, numbers) if self._dates else found


def _is_date(numbers: pl.Series) -> pl.Series:
    """Whether a number may be a year, month and day of eight digits."""
    month, day = numbers // 100 % 100, numbers % 100
    return numbers.is_between(*_DATES) & month.is_between(1, 12) & day.is_between(1, 31)


def _divisors(numbers: pl.Series) -> pl.Series:
    """The units in a second that each number counts, by its size."""
    size, by = numbers.abs(), pl.lit(_NANO[0])
    for most, divisor, _ in reversed(_UNITS):
        by = pl.when(size < most).then(divisor).otherwise(by)
    return pl.select(by.cast(pl.Int64).alias("by")).to_series()


def _divided(numbers: pl.Series, exact: pl.Series, divisor: int | pl.Series) -> pl.Series:
    return pl.select(pl.coalesce(exact // divisor, _whole(numbers / divisor))).to_series()


def _with_dates(found: pl.Series, numbers: pl.Series) -> pl.Series:
    dated = _is_date(numbers).fill_null(value=False)
    if not dated.any():
        return found
    texts = numbers.set(~dated, None).cast(pl.Int64).cast(pl.String)
    days = texts.str.to_date("%Y%m%d", strict=False).dt.epoch("s")
    return pl.select(pl.when(dated).then(days).otherwise(found)).to_series()


def _with_texts(column: pl.Series, numbers: pl.Series, found: pl.Series) -> pl.Series:
    """`found`, and what the texts that are no numbers say."""
    texts = column.filter(numbers.is_null() & column.is_not_null()).unique()
    if not len(texts):
        return found
    spoken = pl.Series([parse_time(text) for text in texts.to_list()], dtype=pl.Int64)
    return found.fill_null(column.replace_strict(texts, spoken, default=None))


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


def parse_time(text: str) -> int | None:
    """Epoch seconds of a date or a time; without a zone it is UTC. None where it is neither.

    ISO 8601, `06 17, 2018`, and `12/31/2010 8:26`.
    """
    bare = text.strip()
    if len(bare) > _LONGEST:
        return None
    try:
        moment = _moment(bare)
        return None if moment is None else int(moment.timestamp() // 1)
    except (ValueError, OverflowError):
        return None


def _moment(text: str) -> datetime | None:
    review, slashed = _REVIEW.fullmatch(text), _SLASHED.fullmatch(text)
    if review:
        month, day, year = map(int, review.groups())
        return datetime(year, month, day, tzinfo=UTC)
    if slashed:
        return _slashed(slashed)
    if text.isdigit():
        return None
    found = datetime.fromisoformat(text.removesuffix(" UTC"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _slashed(found: re.Match[str]) -> datetime:
    month, day, year, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    half = (found[7] or "").lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
