"""Products, categories and shoppers: the store's own frozen records."""

import msgspec


class Product(msgspec.Struct, frozen=True, omit_defaults=True):
    """One product of the store. Times are epoch seconds; prices are in the store's currency."""

    id: str
    name: str
    category: str
    """The id of the shelf that it stands on."""
    style: str
    """A finer kind within the category; empty where none is known."""
    description: str
    price: float | None
    """None where it is not known: such a product is sold on request."""
    gender_affinity: str | None = None
    """`M`, `F` or None where the product is for anyone."""
    promoted: bool = False
    featured: bool = False
    current_stock: int | None = 0
    """None where it is not known: such a product can be ordered."""
    launched_at: int = 0
    brand: str = ""
    image_url: str | None = None
    """Of a picture elsewhere, which the shop shows only where it is set up to."""
    categories: tuple[str, ...] = ()
    """Names from the general to the special, as the data gives them; else category and style."""
    bullets: tuple[str, ...] = ()
    """Short facts, where the data has them beside the description."""
    popularity: int = 0
    """Events with it in the data that the catalogue came with: an order while nothing is sold."""

    @property
    def is_available(self) -> bool:
        return self.current_stock is None or self.current_stock > 0


class Category(msgspec.Struct, frozen=True):
    """A shelf of the store. `id` holds no underscore, which separates a persona's categories."""

    id: str
    name: str
    has_gender_affinity: bool = False


class Shopper(msgspec.Struct, frozen=True, omit_defaults=True):
    """One person who shops here. What is None is not known."""

    id: str
    first_name: str
    last_name: str
    gender: str | None
    age: int | None
    persona: str | None
    """Categories joined by `_`, the dearest first."""
    curated: bool = False
    """Whether the shop offers this one among a few to visit as."""
    description: str = ""
    """A line about a curated one: `Buys books and tools, hunts for discounts`."""
