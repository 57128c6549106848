"""Products, categories and shoppers: the store's own frozen records."""

import msgspec


class Product(msgspec.Struct, frozen=True):
    """One product of the store. Times are epoch seconds; prices are in the store's currency."""

    id: str
    name: str
    category: str
    style: str
    description: str
    price: float
    gender_affinity: str | None = None
    """`M`, `F` or None where the product is for anyone."""
    promoted: bool = False
    featured: bool = False
    current_stock: int = 0
    launched_at: int = 0


class Shopper(msgspec.Struct, frozen=True):
    """One person who shops here; `persona` is three ranked categories joined by `_`."""

    id: str
    first_name: str
    last_name: str
    gender: str
    age: int
    persona: str
