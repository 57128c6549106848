"""Values as text, and what they can be read as."""

import polars as pl

HTML = r"<[A-Za-z/!][^>]*>|&(?:#\d+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos|nbsp);"
_SIGN = (
    r"(?:[$€£¥₹₽₩₺฿]|R\$|kr|zł|Rs\.?"
    r"|USD|EUR|GBP|JPY|CNY|INR|AUD|CAD|NZD|CHF|SEK|NOK|DKK|PLN|CZK|BRL|MXN|KRW|TRY|ZAR|SGD|HKD)"
)
_DIGITS = r"(?:\d{1,3}(?:[., '\u{a0}\u{202f}]\d{3})+|\d+)(?:[.,]\d+)?"
WRITTEN_NUMBER = rf"^\s*{_SIGN}?\s*[-+]?\s*{_SIGN}?\s*{_DIGITS}\s*{_SIGN}?\s*$"
"""A number as people write it: `$12.99`, `12,99 €`, `1,299.00`."""
_SHOWN = 60


def as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """The column with blanks as null; a list as `a|b`.

    Raises ValueError for a column whose values are no text, number, or list of them.
    """
    column = pl.col(name)
    if isinstance(dtype, (pl.List, pl.Array)) and not dtype.inner.is_nested():
        text = column.cast(pl.List(pl.String)).list.join("|")
    elif dtype.is_nested() or dtype in (pl.Object, pl.Duration):
        kind = dtype.base_type()
        raise ValueError(
            f"Column {name} is of type {kind}; a column holds text, numbers or lists of them."
        )
    else:
        text = column.cast(pl.String)
    return pl.when(text.str.strip_chars() != "").then(text).alias(name)


def number(text: pl.Expr) -> pl.Expr:
    """As the import reads numbers, which allows for space around them; null for what is none."""
    read = text.str.strip_chars().cast(pl.Float64, strict=False)
    return pl.when(read.is_finite()).then(read)


def shown(value: str | None) -> str:
    """A value for a message: quoted, and cut to a sane length."""
    if value is None:
        return "nothing"
    return repr(value) if len(value) <= _SHOWN else f"{value[:_SHOWN]!r}..."
