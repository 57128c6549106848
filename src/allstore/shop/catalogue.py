"""Products, categories and shoppers as the shop reads them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from allstore.catalog.likeness import drawn_as, thing_in
from allstore.catalog.models import Category, Product, Shopper
from allstore.shop.database import (
    catalogue_stamp,
    categories,
    order_lines,
    products,
    shoppers,
)

# Statements of every page stand here: SQLAlchemy takes longer to make one than to run it.
_PRODUCTS = sa.select(*[products.c[name] for name in Product.__struct_fields__])
_OF_IDS = _PRODUCTS.where(products.c.id.in_(sa.bindparam("ids", expanding=True)))
_SHOPPERS = sa.select(*[shoppers.c[name] for name in Shopper.__struct_fields__])
_SHOPPER = _SHOPPERS.where(shoppers.c.id == sa.bindparam("id"))
_BY_NAME = (shoppers.c.first_name, shoppers.c.last_name, shoppers.c.id)
_OF_PERSONA = _SHOPPERS.where(shoppers.c.persona == sa.bindparam("persona")).order_by(*_BY_NAME)
_PERSONAS = (
    sa.select(shoppers.c.persona)
    .where(shoppers.c.persona.is_not(None))
    .distinct()
    .order_by(shoppers.c.persona)
)
_STAMP = sa.select(catalogue_stamp.c.stamp)
_UNITS_SOLD = (
    sa.select(order_lines.c.product_id, sa.func.sum(order_lines.c.quantity).label("units"))
    .group_by(order_lines.c.product_id)
    .subquery()
)
"""Units of each product that was ever sold here."""
# Of ids alone: an index has all that the order asks of a product.
POPULAR_IDS = (
    sa.select(products.c.id)
    .join(_UNITS_SOLD, _UNITS_SOLD.c.product_id == products.c.id, isouter=True)
    .order_by(
        products.c.featured.desc(),
        sa.func.coalesce(_UNITS_SOLD.c.units, 0).desc(),
        products.c.promoted.desc(),
        products.c.popularity.desc(),
        products.c.id,
    )
)
"""Ids of all products, the popular ones first."""
_FILLED = (
    sa.select(categories.c.id, categories.c.name, categories.c.has_gender_affinity)
    .where(sa.exists().where(products.c.category == categories.c.id))
    .order_by(categories.c.position, categories.c.name)
)
"""Categories with a product."""


_PLACES = sa.func.row_number().over(
    partition_by=products.c.category, order_by=(products.c.popularity.desc(), products.c.id)
)
_PLACED = sa.select(products.c.id, _PLACES.label("place")).subquery()
_CANDIDATES = (
    _PRODUCTS.join(_PLACED, _PLACED.c.id == products.c.id)
    .where(_PLACED.c.place <= sa.bindparam("most"))
    .order_by(_PLACED.c.place)
)
"""The most popular products of each category."""
_MOST_CANDIDATES = 30


class _Fixtures(msgspec.Struct, frozen=True):
    stamp: int
    categories: dict[str, Category]
    faces: dict[str, Product]


class Catalogue:
    """`picture_origins` are those whose pictures may be shown: a product whose picture lies
    elsewhere has none of its own.
    """

    def __init__(self, engine: sa.Engine, picture_origins: Collection[str] = ()) -> None:
        self._engine = engine
        self._kept: _Fixtures | None = None
        self._picture_origins = tuple(f"{origin}/" for origin in picture_origins)

    def product(self, product_id: str) -> Product | None:
        found = self.products([product_id])
        return found[0] if found else None

    def products(self, ids: Sequence[str]) -> list[Product]:
        """The products of these ids, in this order; an id the shop does not sell is left out."""
        by_id = {product.id: product for product in self._read(_OF_IDS, {"ids": ids})}
        return [by_id[each] for each in dict.fromkeys(ids) if each in by_id]

    def popular(self, limit: int, category: str | None = None, skip: int = 0) -> list[Product]:
        """Featured first, then by units sold: what the shop knows without the engine. The first
        `skip` are left out.
        """
        query = POPULAR_IDS.limit(limit).offset(skip)
        if category is not None:
            query = query.where(products.c.category == category)
        with self._engine.connect() as connection:
            ids = list(connection.scalars(query))
        return self.products(ids)

    def newest(self, limit: int, category: str | None = None) -> list[Product]:
        """What came into the shop last, where that is known: what was there from the beginning
        (`launched_at` 0) is not new.
        """
        query = _PRODUCTS.where(products.c.launched_at > 0)
        if category is not None:
            query = query.where(products.c.category == category)
        newest = query.order_by(products.c.launched_at.desc(), products.c.id)
        return self._read(newest.limit(limit))

    def all(self) -> list[Product]:
        """Every product, by id."""
        return self._read(_PRODUCTS.order_by(products.c.id))

    def stamp(self) -> int:
        """Another number after every change of what is sold, but for the stock."""
        with self._engine.connect() as connection:
            stamp: int = connection.execute(_STAMP).scalar_one()
        return stamp

    def categories(self) -> dict[str, Category]:
        """The shop's, by id, in the order in which they are shown."""
        return self._fixtures().categories

    def faces(self) -> dict[str, Product]:
        """One product a category to show it by, the most popular of those that are drawn as what
        the category is called, else of all; its stock may have changed.
        """
        return self._fixtures().faces

    def _fixtures(self) -> "_Fixtures":
        """What every page shows, read again when the catalogue is another one."""
        stamp = self.stamp()
        if self._kept is None or self._kept.stamp != stamp:
            with self._engine.connect() as connection:
                filled = [Category(*row) for row in connection.execute(_FILLED)]
            known = {category.id: category for category in filled}
            candidates = self._read(_CANDIDATES, {"most": _MOST_CANDIDATES})
            self._kept = _Fixtures(stamp, known, _faces(known, candidates))
        return self._kept

    def shopper(self, shopper_id: str) -> Shopper | None:
        found = self._shoppers(_SHOPPER, {"id": shopper_id})
        return found[0] if found else None

    def shoppers(self, persona: str) -> list[Shopper]:
        """All shoppers of a persona, by name."""
        return self._shoppers(_OF_PERSONA, {"persona": persona})

    def personas(self) -> list[str]:
        """Those that any shopper has."""
        with self._engine.connect() as connection:
            return list(connection.scalars(_PERSONAS))

    def shoppers_like(
        self, youngest: int | None, oldest: int | None, interest: str | None, most: int
    ) -> list[Shopper]:
        """At most so many of an age, both ends included, with a category among those of their
        persona; those who like it best come first. None asks for nothing.
        """
        query = _SHOPPERS
        if youngest is not None:
            query = query.where(shoppers.c.age >= youngest)
        if oldest is not None:
            query = query.where(shoppers.c.age <= oldest)
        if interest is not None:
            listed = sa.literal("_") + shoppers.c.persona + "_"
            query = query.where(listed.contains(f"_{interest}_", autoescape=True))
            first = listed.startswith(f"_{interest}_", autoescape=True)
            query = query.order_by(sa.case((first, 0), else_=1))
        return self._shoppers(query.order_by(*_BY_NAME).limit(most))

    def knows_ages(self) -> bool:
        """Whether any shopper has one."""
        query = sa.select(sa.exists().where(shoppers.c.age.is_not(None)))
        with self._engine.connect() as connection:
            return bool(connection.scalar(query))

    def curated_shoppers(self) -> list[Shopper]:
        """Those marked as curated; where none is, one of each persona."""
        by_name = (shoppers.c.persona, shoppers.c.first_name, shoppers.c.id)
        marked = self._shoppers(_SHOPPERS.where(shoppers.c.curated).order_by(*by_name))
        if marked:
            return marked
        first = sa.select(sa.func.min(shoppers.c.id)).group_by(shoppers.c.persona)
        query = _SHOPPERS.where(shoppers.c.id.in_(first))
        return self._shoppers(query.order_by(*by_name))

    def _read(
        self, query: sa.Select[Any], values: Mapping[str, object] | None = None
    ) -> list[Product]:
        """Of a query that begins as `_PRODUCTS`."""
        with self._engine.connect() as connection:
            return [self._product(row) for row in connection.execute(query, values)]

    def _shoppers(
        self, query: sa.Select[Any], values: Mapping[str, object] | None = None
    ) -> list[Shopper]:
        with self._engine.connect() as connection:
            return [Shopper(*row) for row in connection.execute(query, values)]

    def _product(self, row: Iterable[Any]) -> Product:
        """The fields by their places: by their names it takes longer than the query."""
        stored = Product(*row)
        return msgspec.structs.replace(
            stored,
            price=None if stored.price is None else stored.price / 100,
            image_url=self._shown(stored.image_url),
            categories=tuple(stored.categories),
            bullets=tuple(stored.bullets),
        )

    def _shown(self, image_url: str | None) -> str | None:
        if image_url is not None and image_url.startswith(self._picture_origins):
            return image_url
        return None


def _faces(known: Mapping[str, Category], candidates: Sequence[Product]) -> dict[str, Product]:
    wanted = {each: thing_in(category.name) for each, category in known.items()}
    first: dict[str, Product] = {}
    fitting: dict[str, Product] = {}
    for product in candidates:
        first.setdefault(product.category, product)
        if wanted.get(product.category) == drawn_as(product):
            fitting.setdefault(product.category, product)
    return first | fitting
