"""Columns of a block by what they mean, and the rules that rows of any kind are held to."""

from collections.abc import Callable, Sequence

import polars as pl

from aisle.loading.notes import Notes
from aisle.loading.times import LATEST

LONGEST_ID = 256

_NOTHING = ("", "nan", "null", "none", "undefined", "n/a")
_CONTROL = r"[\x00-\x1f\x7f]"
_LARGEST = 3.4e38
_THOUSANDS = r"^-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$"
_POINTED = r"^-?[1-9]\d{0,2}((\.\d{3})+,\d+|(\.\d{3}){2,})$"
_FLOAT_ID = r"^(\d+)\.0$"


def named(frame: pl.DataFrame, names: Sequence[str]) -> list[pl.Series]:
    """The columns with these lower-case names, in the order of the names."""
    return [frame[column] for name in names for column in frame.columns if column.lower() == name]


def ids(frame: pl.DataFrame, names: Sequence[str], notes: Notes | None = None) -> pl.Series:
    """The first of the columns that names anyone, as text; null where none of them does.

    `17850.0`, a number that a spreadsheet or a data frame made of an id, is `17850`.
    """
    found = _first([_id_text(column) for column in named(frame, names)], frame.height)
    floats = int(found.str.contains(_FLOAT_ID).sum())
    if not floats:
        return found
    if notes:
        notes.rows("ids such as 17850.0 were read as 17850", floats)
    return found.str.replace(_FLOAT_ID, "${1}")


def numbers(frame: pl.DataFrame, names: Sequence[str]) -> tuple[pl.Series, pl.Series]:
    """The first value given as a number, null where it is none, and whether one was given."""
    given = _first([_present(column) for column in named(frame, names)], frame.height)
    found = _plain_number(given).cast(pl.Float64, strict=False)
    return found.set(~(found.abs() <= _LARGEST).fill_null(value=False), None), given.is_not_null()


def _plain_number(given: pl.Series) -> pl.Series:
    """Marks between thousands taken out; a comma that begins the decimals made a point."""
    return (
        given.to_frame("n")
        .select(
            pl.when(pl.col("n").str.contains(_THOUSANDS))
            .then(pl.col("n").str.replace_all(",", "", literal=True))
            .when(pl.col("n").str.contains(_POINTED))
            .then(pl.col("n").str.replace_all(".", "", literal=True).str.replace(",", "."))
            .otherwise(pl.col("n").str.replace(",", ".", literal=True))
        )
        .to_series()
    )


def texts(
    frame: pl.DataFrame, names: Sequence[str], parse: Callable[[str], str | None]
) -> pl.Series:
    """The first of the columns of which `parse` makes something, as text."""
    return _first(
        [
            pl.Series([parse(text) if text else None for text in _as_text(column)], dtype=pl.String)
            for column in named(frame, names)
        ],
        frame.height,
    )


def id_faults(column: pl.Series, what: str) -> list[pl.Expr]:
    """Reasons to reject a row for its id, each null where it holds no longer."""
    return [
        reason(column.is_null(), f"no {what}"),
        reason(column.str.len_chars() > LONGEST_ID, f"the {what} has over {LONGEST_ID} characters"),
        reason(column.str.contains(r"^[\[{]"), f"the {what} is no single value"),
        reason(column.str.contains(_CONTROL), f"the {what} has control characters"),
    ]


def time_faults(given: pl.Series, seconds: pl.Series) -> list[pl.Expr]:
    """Reasons to reject a row for its time; `given` is whether the row has one."""
    return [
        reason(~given, "no time"),
        reason(seconds.is_null(), "a time that cannot be read"),
        reason((seconds < 0) | (seconds >= LATEST), "a time before 1970 or after 2099"),
    ]


def reason(holds: pl.Series, text: str) -> pl.Expr:
    """The text where it holds, else null."""
    return pl.when(holds.fill_null(value=False)).then(pl.lit(text))


def first_reason(frame: pl.DataFrame, reasons: Sequence[pl.Expr]) -> pl.Series:
    """Why each row of the frame is rejected; null where it is sound."""
    return frame.select(pl.coalesce(*reasons).cast(pl.String).alias("reason")).to_series()


def _first(columns: Sequence[pl.Series], height: int) -> pl.Series:
    if not columns:
        return pl.Series([None] * height, dtype=pl.String)
    found = columns[0]
    for column in columns[1:]:
        found = found.fill_null(column) if found.null_count() else found
    return found.alias("first")


def _id_text(column: pl.Series) -> pl.Series:
    if column.dtype.is_float():
        whole = column.cast(pl.Int64, strict=False)
        column = (
            whole.cast(pl.String)
            .set(whole.cast(pl.Float64) != column, None)
            .fill_null(column.cast(pl.String))
        )
    return _present(column)


def _present(column: pl.Series) -> pl.Series:
    """As text without blanks around it; null for what stands for nothing."""
    text = column.cast(pl.String).str.strip_chars()
    return text.set(text.str.to_lowercase().is_in(_NOTHING), None)


def _as_text(column: pl.Series) -> list[str | None]:
    return column.cast(pl.String).to_list()
