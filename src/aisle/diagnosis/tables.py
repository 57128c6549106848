"""A dataset's rows with what one pass tells of each column."""

from typing import Literal

import msgspec
import polars as pl

from aisle.data.schema import DatasetSchema, Field
from aisle.diagnosis.values import HTML, WRITTEN_NUMBER, as_text, number, shown

DatasetName = Literal["interactions", "items", "users"]
Role = Literal["key", "time", "number", "name", "text", "category", "record"]

KEYS = ("USER_ID", "ITEM_ID", "TIMESTAMP")
KEYS_OF: dict[DatasetName, tuple[str, ...]] = {
    "interactions": KEYS,
    "items": ("ITEM_ID",),
    "users": ("USER_ID",),
}
_CREATED = "CREATION_TIMESTAMP"
_NAMES = ("TITLE", "NAME", "ITEM_NAME", "PRODUCT_NAME")
_RECORDS = ("IMPRESSION", "RECOMMENDATION_ID", "EVENT_ATTRIBUTION_SOURCE", "IMAGE", "IMAGE_URL")
_TEXT_LENGTH = 30
_TEXT_WORDS = 0.5
_NUMBERS = 0.5
_COUNT = "rows"


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a column's values; blank ones are missing."""

    name: str
    field: Field | None
    """What the schema says of it."""
    key: bool
    """Whether it is one of its dataset's keys."""
    stored: pl.DataType
    """Its type in the frame."""
    rows: int
    filled: int
    distinct: int
    """0 for keys of interactions, which are counted elsewhere."""
    longest: int
    """Characters."""
    usual_length: float
    """Mean characters of a value."""
    numbers: int
    written: int
    """Numbers as people write them, such as `$12.99`, that cannot be read as they stand."""
    spaced: int
    """Values with a space inside."""
    listed: int
    """Values with a `|`, which separates several."""
    html: int

    @property
    def missing(self) -> float:
        return 1 - self.filled / self.rows if self.rows else 0.0

    @property
    def role(self) -> Role:
        """What it holds: by the schema where that says so, else by its values."""
        if self.key:
            return "key"
        if self.name == _CREATED:
            return "time"
        if self.name in _RECORDS:
            return "record"
        return self._declared() or self._guessed()

    def _declared(self) -> Role | None:
        if self.field is None or (self.field.type == "string" and not self._flagged()):
            return None
        if self.field.textual:
            return "text"
        if self.field.item_name:
            return "name"
        return "category" if self.field.categorical else "number"

    def _flagged(self) -> bool:
        return self.field is not None and (
            self.field.textual or self.field.item_name or self.field.categorical
        )

    def _guessed(self) -> Role:
        if self.filled and self.numbers + self.written > _NUMBERS * self.filled:
            return "number"
        if self.name in _NAMES:
            return "name"
        wordy = self.spaced > _TEXT_WORDS * self.filled and not self.listed > self.spaced
        return "text" if wordy and self.usual_length > _TEXT_LENGTH else "category"


class Table(msgspec.Struct, frozen=True):
    """A dataset with its columns as text."""

    name: DatasetName
    rows: pl.LazyFrame
    """Blank values are null."""
    columns: tuple[Column, ...]
    schema: DatasetSchema | None
    count: int

    def column(self, name: str) -> Column | None:
        """The column of a name, if there is one."""
        return next((one for one in self.columns if one.name == name), None)

    @property
    def metadata(self) -> tuple[Column, ...]:
        """The columns that are neither keys nor times."""
        return tuple(one for one in self.columns if one.role not in ("key", "time", "record"))

    def count_of(self, fault: pl.Expr) -> int:
        """How many rows have the fault."""
        return int(self.rows.select(fault.sum()).collect(engine="streaming").item())

    def examples(self, fault: pl.Expr, column: str) -> tuple[str, ...]:
        """Up to five rows where the fault is, with the value of a column; row 1 is the first."""
        found = (
            self.rows.with_row_index("_row", offset=1)
            .filter(fault)
            .head(5)
            .select("_row", column)
            .collect(engine="streaming")
        )
        return tuple(f"row {row}: {shown(value)}" for row, value in found.iter_rows())


def table_of(name: DatasetName, frame: pl.LazyFrame, schema: DatasetSchema | None) -> Table:
    """Read every row once. Raises ValueError for a column of a type that no dataset has."""
    types = frame.collect_schema()
    rows = frame.select(_as_text(name, column, dtype) for column, dtype in types.items())
    counted = KEYS if name == "interactions" else ()
    measures = [one for column in types for one in _measures(column, key=column in counted)]
    found = rows.select(pl.len().alias(_COUNT), *measures).collect(engine="streaming").row(0)
    fields = {field.name: field for field in schema.fields} if schema else {}
    size = len(_measures("any", key=False))
    columns = tuple(
        _column(
            found[1 + at * size : 1 + (at + 1) * size],
            name=column,
            field=fields.get(column),
            key=column in KEYS_OF[name],
            stored=dtype,
            rows=found[0],
        )
        for at, (column, dtype) in enumerate(types.items())
    )
    return Table(name, rows, columns, schema, found[0])


def _as_text(table: DatasetName, column: str, dtype: pl.DataType) -> pl.Expr:
    try:
        return as_text(column, dtype)
    except ValueError as error:
        raise ValueError(f"The {table}: {error}") from error


def _measures(name: str, *, key: bool) -> list[pl.Expr]:
    """Costly ones are left out for the keys of interactions."""
    text = pl.lit("") if key else pl.col(name)
    plain = number(text).is_not_null()
    measures = [
        pl.col(name).count(),
        pl.lit(0) if key else text.hash().n_unique(),
        pl.col(name).str.len_chars().max(),
        text.str.len_chars().mean(),
        plain.sum(),
        (text.str.contains(WRITTEN_NUMBER) & ~plain).sum(),
        text.str.contains(" ", literal=True).sum(),
        text.str.contains("|", literal=True).sum(),
        text.str.contains(HTML).sum(),
    ]
    return [one.alias(f"{at}:{name}") for at, one in enumerate(measures)]


def _column(
    counts: tuple[float | None, ...],
    *,
    name: str,
    field: Field | None,
    key: bool,
    stored: pl.DataType,
    rows: int,
) -> Column:
    filled, distinct, longest, usual, numbers, written, spaced, listed, html = (
        one or 0 for one in counts
    )
    return Column(
        name=name,
        field=field,
        key=key,
        stored=stored,
        rows=rows,
        filled=int(filled),
        distinct=max(0, int(distinct) - int(filled < rows)),
        longest=int(longest),
        usual_length=float(usual),
        numbers=int(numbers),
        written=int(written),
        spaced=int(spaced),
        listed=int(listed),
        html=int(html),
    )
