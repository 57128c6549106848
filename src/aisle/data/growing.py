"""Columns under change: new rows go into spare room, changed ones into a copy, so that what has
been shown stays as it was.
"""

from typing import Generic, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from aisle.data.columns import Members, NumberColumn, TextColumn
from aisle.data.schema import Field
from aisle.data.values import Value

S = TypeVar("S", bound=np.generic)

_SEPARATOR = "|"
_LEAST_SPARE = 256


class GrowingArray(Generic[S]):
    """An array whose views keep their length and values."""

    def __init__(self, values: NDArray[S]) -> None:
        self._length = len(values)
        self._buffer = _with_room(values)
        self._shown = False

    def __len__(self) -> int:
        return self._length

    def append(self, value: float) -> None:
        if self._length == len(self._buffer):
            self._buffer = _with_room(self._buffer)
            self._shown = False
        self._buffer[self._length] = value
        self._length += 1

    def __getitem__(self, position: int) -> S:
        value: S = self._buffer[position]
        return value

    def __setitem__(self, position: int, value: float) -> None:
        """Change one value; a view that was given keeps the old one."""
        if self._shown:
            self._buffer = self._buffer.copy()
            self._shown = False
        self._buffer[position] = value

    def view(self) -> NDArray[S]:
        """All values up to now."""
        self._shown = True
        view = self._buffer[: self._length]
        view.flags.writeable = False
        return view


def _with_room(values: NDArray[S]) -> NDArray[S]:
    buffer = np.empty(len(values) + max(_LEAST_SPARE, len(values) // 8), values.dtype)
    buffer[: len(values)] = values
    return buffer


class NumberRows:
    """A column of numbers under change."""

    def __init__(self, field: Field, values: pl.Series) -> None:
        self._whole = field.type in ("int", "long")
        if field.type == "float":
            values = values.cast(pl.String)  # the shortest decimal of 32 bits: 9.99, not 9.98999977
        numbers = values.cast(pl.Float64).fill_null(float("nan"))
        self._values = GrowingArray(numbers.to_numpy())
        self._column: NumberColumn | None = None

    def append(self, value: Value) -> None:
        self._values.append(_number(value))
        self._column = None

    def set(self, row: int, value: Value) -> None:
        number = _number(value)
        held = float(self._values[row])
        if number != held and not (np.isnan(number) and np.isnan(held)):
            self._values[row] = number
            self._column = None

    def column(self) -> NumberColumn:
        """The column as it stands; the same object where nothing has changed."""
        if self._column is None:
            self._column = NumberColumn(self._values.view(), self._whole)
        return self._column


class TextRows:
    """A column of texts or booleans under change."""

    def __init__(self, field: Field, values: pl.Series) -> None:
        values = values.cast(pl.String)
        self._lookup: dict[str, int] | None = None
        if field.textual:
            present = values.is_not_null()
            self.texts = values.drop_nulls().to_list()
            codes = pl.select(pl.when(present).then(present.cum_sum() - 1).otherwise(-1))
            numbers = codes.to_series().cast(pl.Int32)
        else:
            distinct = values.drop_nulls().unique(maintain_order=True)
            self.texts = distinct.to_list()
            self._lookup = {text: code for code, text in enumerate(self.texts)}
            numbers = values.cast(pl.Enum(distinct)).to_physical().cast(pl.Int32).fill_null(-1)
        self._codes = GrowingArray(numbers.to_numpy())
        self._categorical = field.categorical
        self._members: _MemberRows | None = None
        if field.categorical and any(_SEPARATOR in text for text in self.texts):
            self._members = _MemberRows(self.texts)
        self._column: TextColumn | None = None

    def append(self, value: Value) -> None:
        self._codes.append(self._code(value))
        self._column = None

    def set(self, row: int, value: Value) -> None:
        held = int(self._codes[row])
        text = _text(value)
        if text != (None if held < 0 else self.texts[held]):
            self._codes[row] = self._code(value)
            self._column = None

    def column(self) -> TextColumn:
        """The column as it stands; the same object where nothing has changed."""
        if self._column is None:
            members = None if self._members is None else self._members.members()
            self._column = TextColumn(self._codes.view(), self.texts, self._lookup, members)
        return self._column

    def _code(self, value: Value) -> int:
        text = _text(value)
        if text is None:
            return -1
        if self._lookup is not None and text in self._lookup:
            return self._lookup[text]
        code = len(self.texts)
        self.texts.append(text)
        if self._lookup is not None:
            self._lookup[text] = code
        if self._members is not None:
            self._members.append(text)
        elif self._categorical and _SEPARATOR in text:
            self._members = _MemberRows(self.texts)
        return code


class _MemberRows:
    """The single values of the texts, each once a text, under change."""

    def __init__(self, texts: list[str]) -> None:
        split = pl.Series(texts, dtype=pl.String).str.split(_SEPARATOR)
        lists = split.list.unique(maintain_order=True)
        flat = lists.explode()
        distinct = flat.unique(maintain_order=True)
        self._codes = {value: code for code, value in enumerate(distinct.to_list())}
        lengths = lists.list.len().to_numpy().astype(np.int64)
        self._offsets = GrowingArray(np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)]))
        of_text = flat.cast(pl.Enum(distinct)).to_physical().to_numpy().astype(np.int32)
        self._of_text = GrowingArray(of_text)

    def append(self, text: str) -> None:
        for value in dict.fromkeys(text.split(_SEPARATOR)):
            self._of_text.append(self._codes.setdefault(value, len(self._codes)))
        self._offsets.append(len(self._of_text))

    def members(self) -> Members:
        return Members(self._codes, self._offsets.view(), self._of_text.view())


def _number(value: Value) -> float:
    return float("nan") if value is None else float(value)


def _text(value: Value) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)
