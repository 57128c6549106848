"""How one file writes its dates and amounts, told from the rows that leave no doubt."""

import re
from collections.abc import Iterable

import msgspec
import polars as pl

from aisle.loading.notes import Notes

_DATE = r"^\s*(\d{1,2})([/.])(\d{1,2})[/.]\d{4}"
_LAST_MONTH = 12
_BEFORE, _BEHIND = r"(?:^|[^\d.,])", r"(?:$|[^\d.,])"


def _amount(mark: str, group: str) -> str:
    """Amounts whose decimals can begin with this mark alone."""
    grouped = rf"\d{{1,3}}(?:{group}\d{{3}})+{mark}\d+|\d{{1,3}}(?:{group}\d{{3}}){{2,}}"
    single = rf"0?{mark}\d+|\d+{mark}\d{{1,2}}|\d+{mark}\d{{4,}}|\d{{4,}}{mark}\d+"
    return f"{_BEFORE}(?:{grouped}|{single}){_BEHIND}"


_WITH_COMMA, _WITH_POINT = _amount(",", r"\."), _amount(r"\.", ",")
_EITHER = rf"{_BEFORE}([1-9]\d{{0,2}}[.,]\d{{3}}){_BEHIND}"
_TOKEN = re.compile(r"\d*[.,][\d.,]*\d")
_COMMA_FORM = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d*,\d+")


class Conventions(msgspec.Struct, frozen=True):
    """What holds for a whole file, and the columns in which it matters."""

    times: tuple[str, ...] = ()
    amounts: tuple[str, ...] = ()
    day_first: bool = False
    decimal_comma: bool = False

    def plain(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The block with months before days, and with points before decimals."""
        changed = []
        if self.day_first:
            changed += [_month_first(column) for column in _texts(frame, self.times)]
        if self.decimal_comma:
            changed += [_with_points(column) for column in _texts(frame, self.amounts)]
        return frame.with_columns(changed) if changed else frame


class Evidence:
    """Looks at blocks until they tell which of two conventions a file keeps to."""

    def __init__(
        self, times: Iterable[str], amounts: Iterable[str], *, semicolons: bool = False
    ) -> None:
        self._times = tuple(times)
        self._amounts = tuple(amounts)
        self._semicolons = semicolons
        self._date = self._unclear = ""
        self._days_first = self._months_first = 0
        self._commas = self._points = 0

    def hear(self, blocks: Iterable[pl.DataFrame]) -> None:
        """Take blocks as long as what came before them leaves a doubt; at least one."""
        for frame in blocks:
            for column in _texts(frame, self._times):
                self._hear_dates(column)
            for column in _texts(frame, self._amounts):
                self._hear_amounts(column)
            if not (self._doubts_dates() or self._doubts_amounts()):
                return

    def conventions(self, notes: Notes) -> Conventions:
        """What was heard, or else the likelier; guesses are noted."""
        dotted = "." in self._date and not self._months_first
        day_first = self._days_first > self._months_first or (not self._days_first and dotted)
        comma = self._commas > self._points or (
            self._semicolons and not (self._points or self._commas)
        )
        if self._date:
            order = "day" if day_first else "month"
            notes.whole(f"dates such as {self._date} are taken for {order} first")
        if self._unclear and (comma or self._doubts_amounts()):
            mark = "comma" if comma else "point"
            notes.whole(f"amounts such as {self._unclear} are read with a decimal {mark}")
        return Conventions(self._times, self._amounts, day_first, comma)

    def _doubts_dates(self) -> bool:
        return bool(self._date) and self._days_first == self._months_first

    def _doubts_amounts(self) -> bool:
        return bool(self._unclear) and self._commas == self._points

    def _hear_dates(self, column: pl.Series) -> None:
        slashed = column.filter(column.str.contains(_DATE))
        if not len(slashed):
            return
        self._date = self._date or str(slashed[0]).strip()[:10]
        parts = slashed.str.extract_groups(_DATE).struct
        self._days_first += int((parts[0].cast(pl.Int64) > _LAST_MONTH).sum())
        self._months_first += int((parts[2].cast(pl.Int64) > _LAST_MONTH).sum())

    def _hear_amounts(self, column: pl.Series) -> None:
        marked = column.filter(column.str.contains("[.,]"))
        self._commas += int(marked.str.contains(_WITH_COMMA).sum())
        self._points += int(marked.str.contains(_WITH_POINT).sum())
        unclear = marked.str.extract(_EITHER).drop_nulls()
        if len(unclear) and not self._unclear:
            self._unclear = str(unclear[0])


def _texts(frame: pl.DataFrame, names: Iterable[str]) -> list[pl.Series]:
    present = (frame[name] for name in names if name in frame.columns)
    return [column.fill_null("") for column in present if column.dtype == pl.String]


def _month_first(column: pl.Series) -> pl.Series:
    return column.str.replace(r"^\s*(\d{1,2})([/.])(\d{1,2})([/.]\d{4})", "$3$2$1$4")


def _with_points(column: pl.Series) -> pl.Series:
    marked = column.filter(column.str.contains(",|.", literal=False)).unique()
    plain = [_TOKEN.sub(_with_point, text) for text in marked.to_list()]
    return column.replace(marked, pl.Series(plain, dtype=pl.String))


def _with_point(found: re.Match[str]) -> str:
    token = found.group()
    if not _COMMA_FORM.fullmatch(token):
        return token
    return token.replace(".", "").replace(",", ".")
