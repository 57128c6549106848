"""Money is whole cents; nothing is added up as a float."""

from typing import overload

_SYMBOLS = {"USD": "$", "AUD": "$", "CAD": "$", "NZD": "$", "EUR": "€", "GBP": "£"}


@overload
def cents(price: float) -> int: ...
@overload
def cents(price: None) -> None: ...
def cents(price: float | None) -> int | None:
    """Cents of a catalogue price; None where it is not known."""
    return None if price is None else round(price * 100)


def instalments(total: int, count: int) -> tuple[int, ...]:
    """`total` cents in `count` payments that add up to it, a cent apart at most, larger first."""
    each, over = divmod(total, count)
    return (each + 1,) * over + (each,) * (count - over)


@overload
def reduced(amount: int, percent: int) -> int: ...
@overload
def reduced(amount: int | None, percent: int) -> int | None: ...
def reduced(amount: int | None, percent: int) -> int | None:
    """`amount` cents less `percent` of it, 0 to 100; half a cent stays with the price."""
    return None if amount is None else amount - (amount * percent + 49) // 100


def symbol(currency: str) -> str:
    return _SYMBOLS[currency]


def text(amount: int, currency: str) -> str:
    """`$1,234.50`."""
    return f"{symbol(currency)}{amount // 100:,}.{amount % 100:02}"
