"""What one run of the simulator gives."""

from bisect import bisect_right
from functools import cached_property

import msgspec
import numpy as np
import polars as pl

from allstore.catalog.models import Product, Shopper
from allstore.simulator.goods import STYLE_CATEGORY, Floats, Goods
from allstore.simulator.parts import Part, make_parts
from allstore.simulator.people import People, make_people, utilities
from allstore.simulator.settings import Settings
from allstore.simulator.shoppers import make_shoppers
from allstore.simulator.world import World, make_catalogue, make_world


class Truth:
    """What the shoppers really like, for judging recommendations: all from the settings, the goods
    when they are asked for and the people part by part.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.parts = make_parts(settings)
        self._held: tuple[int, People] | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Truth":
        """The truth of every simulation with these settings."""
        return cls(settings)

    @cached_property
    def products(self) -> list[Product]:
        """In the order of all other rows and columns of products."""
        return self._stocked[0]

    @cached_property
    def world(self) -> World:
        return self._stocked[1]

    @property
    def goods(self) -> Goods:
        return self.world.goods

    def shoppers(self, part: Part) -> list[Shopper]:
        """The records of one of `parts`."""
        return make_shoppers(self._people(part.number), part, self.settings)

    def person(self, shopper_id: str) -> tuple[People, int]:
        """The people of the shopper's part, and the shopper's row among them. KeyError for an
        unknown shopper.
        """
        if not shopper_id.isdecimal() or not 1 <= int(shopper_id) <= self.settings.shoppers:
            raise KeyError(shopper_id)
        return self._person(int(shopper_id) - 1)

    def utility(self, shopper_id: str) -> Floats:
        """What each product is worth to this shopper at the end: within its style, and by the
        shopper's interest in the style. KeyError for an unknown shopper.
        """
        people, row = self.person(shopper_id)
        alone: Floats = self._utilities(people, slice(row, row + 1))[0]
        return alone

    def utilities(self, rows: slice) -> Floats:
        """(rows, products) the same for the shoppers `rows`, counted from 0."""
        found = []
        first, stop, _ = rows.indices(self.settings.shoppers)
        while first < stop:
            people, row = self._person(first)
            some = slice(row, min(row + stop - first, len(people.age)))
            found.append(self._utilities(people, some))
            first += some.stop - some.start
        return np.concatenate([np.zeros((0, self.settings.products), np.float32), *found])

    def interest(self, shopper_id: str) -> Floats:
        """Shares of the shopper's first interest by category, in the order of `CATEGORIES`.
        KeyError for an unknown shopper.
        """
        people, row = self.person(shopper_id)
        shares: Floats = np.bincount(STYLE_CATEGORY, weights=people.styles[row]).astype(np.float64)
        return shares

    @cached_property
    def _stocked(self) -> tuple[list[Product], World]:
        catalogue = make_catalogue(self.settings)
        return catalogue.products, make_world(catalogue, self.settings)

    def _person(self, row: int) -> tuple[People, int]:
        number = bisect_right(self.parts, row, key=lambda part: part.start) - 1
        return self._people(number), row - self.parts[number].start

    def _people(self, number: int) -> People:
        """The part asked for last is kept."""
        if self._held is None or self._held[0] != number:
            self._held = number, make_people(self.settings, self.parts[number])
        return self._held[1]

    def _utilities(self, people: People, rows: slice) -> Floats:
        changed = people.changes[rows, None] <= 1.0
        styles = np.where(changed, people.styles_later[rows], people.styles[rows])
        worth = utilities(people, self.goods, rows, self.settings)
        worth += np.log(styles)[:, self.goods.style]
        return worth


class Store(msgspec.Struct, frozen=True):
    """Products, shoppers and interactions that belong together."""

    products: list[Product]
    shoppers: list[Shopper]
    interactions: pl.DataFrame
    """ITEM_ID, USER_ID, EVENT_TYPE, TIMESTAMP; oldest first."""
    truth: Truth
