"""What times say: strictly, as the import reads them, and generously, for all other checks."""

import msgspec
import polars as pl

from aisle.diagnosis.thresholds import Thresholds

_ISO = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_ISO_LENGTH = len("2024-01-31 23:59:59")


class Unit(msgspec.Struct, frozen=True):
    """A unit finer than the second."""

    name: str
    each: int
    """How many make a second."""

    def start(self, limits: Thresholds) -> int:
        """The least number that is taken for a time in this unit."""
        return limits.seconds * self.each // 1000


UNITS = (
    Unit("milliseconds", 1000),
    Unit("microseconds", 1_000_000),
    Unit("nanoseconds", 1_000_000_000),
)


class TimeFaults(msgspec.Struct, frozen=True):
    """Rows by what is wrong with their time."""

    unreadable: int
    """Those that the import refuses."""
    negative: int
    finer: tuple[int, ...]
    """By the unit in `UNITS`."""
    future: int
    old: int
    readable: int
    """Rows whose time could be read in some way, whatever it says."""

    def mostly_implausible(self, share: float) -> bool:
        """Whether more than this share of the times lies too far back or ahead."""
        return self.future + self.old > share * self.readable


def whole(text: pl.Expr) -> pl.Expr:
    """A whole number, with or without space around it; else null."""
    return text.str.strip_chars().cast(pl.Int64, strict=False)


def understood(text: pl.Expr) -> pl.Expr:
    """Also decimals, cut to whole numbers, and dates as of ISO 8601, taken for UTC."""
    trimmed = text.str.strip_chars()
    date = trimmed.str.head(_ISO_LENGTH).str.replace("T", " ", literal=True)
    read = (date.str.to_datetime(form, strict=False, time_unit="us") for form in _ISO)
    decimal = trimmed.cast(pl.Float64, strict=False).floor().cast(pl.Int64, strict=False)
    return pl.coalesce(whole(text), decimal, *(one.dt.epoch("s") for one in read))


def in_seconds(time: pl.Expr, limits: Thresholds) -> pl.Expr:
    """Times in finer units brought to seconds."""
    seconds = time
    for unit in UNITS:
        finer = time >= unit.start(limits)
        seconds = pl.when(finer).then(time // unit.each).otherwise(seconds)
    return seconds


def time_faults(time: pl.Series, unreadable: int, now: int, limits: Thresholds) -> TimeFaults:
    """Count the faults of `time`, which is null where nothing could be read."""
    readable = time.drop_nulls()
    starts = [unit.start(limits) for unit in UNITS]
    at_least = [int((readable >= start).sum()) for start in starts] + [0]
    return TimeFaults(
        unreadable=unreadable,
        negative=int((readable < 0).sum()),
        finer=tuple(at_least[at] - at_least[at + 1] for at in range(len(UNITS))),
        future=int(readable.is_between(now + limits.ahead, limits.seconds, "none").sum()),
        old=int(readable.is_between(0, limits.oldest, "left").sum()),
        readable=len(readable),
    )
