"""What one run of the simulator gives."""

import msgspec
import numpy as np
import polars as pl

from allstore.catalog.models import Product, Shopper
from allstore.simulator.goods import STYLE_CATEGORY, Floats, Goods
from allstore.simulator.people import People, utilities
from allstore.simulator.settings import Settings


class Truth(msgspec.Struct, frozen=True):
    """What the shoppers really like, for judging recommendations."""

    settings: Settings
    people: People
    goods: Goods

    def utility(self, shopper_id: str) -> Floats:
        """What each product is worth to this shopper at the end, in the order of
        `Store.products`: within its style, and by the shopper's interest in the style. KeyError
        for an unknown shopper.
        """
        if not shopper_id.isdecimal() or not 1 <= int(shopper_id) <= len(self.people.age):
            raise KeyError(shopper_id)
        row = int(shopper_id) - 1
        worth = utilities(self.people, self.goods, slice(row, row + 1), self.settings)[0]
        changed = self.people.changes[row] <= 1.0
        styles = (self.people.styles_later if changed else self.people.styles)[row]
        total: Floats = worth + np.log(styles)[self.goods.style]
        return total

    def interest(self, shopper_id: str) -> Floats:
        """Shares of the shopper's first interest by category, in the order of `CATEGORIES`."""
        styles = self.people.styles[int(shopper_id) - 1]
        shares: Floats = np.bincount(STYLE_CATEGORY, weights=styles).astype(np.float64)
        return shares


class Store(msgspec.Struct, frozen=True):
    """Products, shoppers and interactions that belong together."""

    products: list[Product]
    shoppers: list[Shopper]
    interactions: pl.DataFrame
    """ITEM_ID, USER_ID, EVENT_TYPE, TIMESTAMP; oldest first."""
    truth: Truth
