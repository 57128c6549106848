"""A dataset's rows with what one pass tells of each column."""

from typing import Literal

import msgspec
import polars as pl

from aisle.data.schema import DatasetSchema, Field

DatasetName = Literal["interactions", "items", "users"]
Role = Literal["key", "time", "number", "name", "text", "category", "record"]

KEYS = ("USER_ID", "ITEM_ID", "TIMESTAMP")
_TIMES = ("TIMESTAMP", "CREATION_TIMESTAMP")
_NAMES = ("TITLE", "NAME", "ITEM_NAME", "PRODUCT_NAME")
_RECORDS = ("IMPRESSION", "RECOMMENDATION_ID", "EVENT_ATTRIBUTION_SOURCE", "IMAGE", "IMAGE_URL")
_TEXT_LENGTH = 30
_TEXT_WORDS = 0.5
_NUMBERS = 0.5
_HTML = r"<[A-Za-z/!][^>]*>|&(?:#\d+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos|nbsp);"
_COUNT = "rows"


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of a column's values; blank ones are missing."""

    name: str
    field: Field | None
    """What the schema says of it."""
    rows: int
    filled: int
    distinct: int
    """0 for keys of interactions, which are counted elsewhere."""
    longest: int
    """Characters."""
    usual_length: float
    """Mean characters of a value."""
    numbers: int
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
        if self.name in KEYS:
            return "key"
        if self.name in _TIMES:
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
        if self.filled and self.numbers > _NUMBERS * self.filled:
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


def shown(value: str | None) -> str:
    """A value for a message: quoted, and cut to a sane length."""
    if value is None:
        return "nothing"
    return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}..."


_SHOWN = 60


def table_of(name: DatasetName, frame: pl.LazyFrame, schema: DatasetSchema | None) -> Table:
    """Read every row once."""
    rows = frame.select(_as_text(column) for column in frame.collect_schema().names())
    names = rows.collect_schema().names()
    keys = KEYS if name == "interactions" else ()
    measures = [one for column in names for one in _measures(column, key=column in keys)]
    found = rows.select(pl.len().alias(_COUNT), *measures).collect(engine="streaming").row(0)
    fields = {field.name: field for field in schema.fields} if schema else {}
    size = len(_measures("any", key=False))
    columns = tuple(
        _column(column, fields.get(column), found[0], found[1 + at * size : 1 + (at + 1) * size])
        for at, column in enumerate(names)
    )
    return Table(name, rows, columns, schema, found[0])


def _as_text(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    return pl.when(text.str.strip_chars() != "").then(text).alias(name)


def _measures(name: str, *, key: bool) -> list[pl.Expr]:
    text = pl.lit("") if key else pl.col(name)
    measures = [
        pl.col(name).count(),
        pl.lit(0) if key else text.hash().n_unique(),
        pl.col(name).str.len_chars().max(),
        text.str.len_chars().mean(),
        text.cast(pl.Float64, strict=False).is_finite().sum(),
        text.str.contains(" ", literal=True).sum(),
        text.str.contains("|", literal=True).sum(),
        text.str.contains(_HTML).sum(),
    ]
    return [one.alias(f"{at}:{name}") for at, one in enumerate(measures)]


def _column(name: str, field: Field | None, rows: int, counts: tuple[float | None, ...]) -> Column:
    filled, distinct, longest, usual, numbers, spaced, listed, html = (one or 0 for one in counts)
    return Column(
        name=name,
        field=field,
        rows=rows,
        filled=int(filled),
        distinct=max(0, int(distinct) - int(filled < rows)),
        longest=int(longest),
        usual_length=float(usual),
        numbers=int(numbers),
        spaced=int(spaced),
        listed=int(listed),
        html=int(html),
    )
