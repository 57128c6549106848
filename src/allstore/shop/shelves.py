"""Category pages: one category's products, filtered, in an order, a page at a time."""

from collections.abc import Mapping, Sequence

import msgspec
import sqlalchemy as sa

from allstore.catalog.models import Product
from allstore.catalog.sorts import Sort
from allstore.shop.catalogue import POPULAR_IDS, Catalogue
from allstore.shop.database import products
from allstore.shop.events import Source
from allstore.shop.experiment_lists import Tried, try_out
from allstore.shop.experiments import Experiments, Participation
from allstore.shop.paging import of_page, pages
from allstore.shop.recommendations import MOST_RANKED, Answer, Recommendations
from allstore.shop.visitor import Visitor

CATEGORY = "category"
"""The list's name to an experiment, which knows its recommenders by these names."""
CATEGORY_RECOMMENDERS = ("for-you", "popular")
SORTS = (Sort.FOR_YOU, Sort.POPULAR, Sort.NEWEST, Sort.CHEAPEST, Sort.DEAREST)
_MOST_STYLES = 60
_POPULAR = "popular"
"""Answers for the order that the shop itself knows."""


class Filters(msgspec.Struct, frozen=True):
    """What is left of a category; None leaves everything."""

    style: str | None = None
    gender: str | None = None
    """`M` or `F`: what is for them and what is for anyone."""
    least: int | None = None
    """Cents."""
    most: int | None = None
    """Cents."""


class Choices(msgspec.Struct, frozen=True):
    """What a category can be filtered by."""

    styles: Mapping[str, int]
    """Products of each of its styles, of the largest where there are very many."""
    has_genders: bool
    """Whether any product is for him or for her alone."""
    has_prices: bool
    """Whether the price of any product is known."""


class Shelf(msgspec.Struct, frozen=True):
    """One page of a category."""

    products: tuple[Product, ...]
    total: int
    """Products that the filters leave, on all pages."""
    page: int
    """From 1."""
    choices: Choices
    sort: Sort
    answer: Answer | None
    """The engine's, where it was asked for the order."""

    @property
    def pages(self) -> int:
        return pages(self.total)


class Shelves:
    """Reads the shop's database; the engine ranks for a visitor with a history."""

    def __init__(
        self,
        engine: sa.Engine,
        catalogue: Catalogue,
        recommendations: Recommendations,
        experiments: Experiments,
    ) -> None:
        self._engine, self._catalogue = engine, catalogue
        self._recommendations, self._experiments = recommendations, experiments
        self._counted: tuple[int | None, dict[str, Choices]] = (None, {})

    def shelf(
        self, visitor: Visitor, category: str, filters: Filters, sort: Sort | None, page: int
    ) -> Shelf:
        """Page `page` from 1. Without a `sort` it is for the visitor, or the popular first where
        the engine knows nothing of the visitor. An experiment may run on what a known visitor sees
        without a `sort`, and records it.
        """
        user_id, participation = visitor.user_id, None
        if sort is None and user_id is not None:
            participation = self._experiments.participation(CATEGORY, visitor)
        sort = sort or (Sort.POPULAR if user_id is None else Sort.FOR_YOU)
        ids = self._ids(category, filters, sort)
        tried = None
        if sort is Sort.FOR_YOU and user_id is not None and ids:
            tried = self._ordered(participation, user_id, ids)
            ids = ranked(tried.answer, ids)
        found = self._catalogue.products(of_page(ids, page))
        if participation and tried:
            shown = [each.id for each in found]
            tried.shown(self._experiments, participation, Source.CATEGORY, shown)
        personal = tried is not None and tried.answer.recipe != _POPULAR
        return Shelf(
            products=tuple(found),
            total=len(ids),
            page=page,
            choices=self._choices_of(category),
            sort=Sort.POPULAR if tried and not personal else sort,
            answer=tried.answer if tried and personal else None,
        )

    def _ordered(
        self, participation: Participation | None, user_id: str, popular: Sequence[str]
    ) -> Tried:
        """The order of a category whose popular products come first in `popular`: of as many as the
        engine can rank, so that no variation of an experiment has more than another.
        """
        first = tuple(popular[:MOST_RANKED])

        def ask(recommender: str) -> Answer:
            if recommender == "popular":
                return Answer(_POPULAR, first)
            arn = recommender if recommender.startswith("arn:") else None
            return self._recommendations.rank(user_id, first, arn=arn)

        if participation is None:
            return Tried(ask("for-you"), None)
        return try_out(participation, ask, len(first))

    def _ids(self, category: str, filters: Filters, sort: Sort) -> list[str]:
        query = _ORDERED[sort].where(products.c.category == category)
        if filters.style is not None:
            query = query.where(products.c.style == filters.style)
        if filters.gender is not None:
            affinity = products.c.gender_affinity
            query = query.where(sa.or_(affinity == filters.gender, affinity.is_(None)))
        if filters.least is not None:
            query = query.where(products.c.price >= filters.least)
        if filters.most is not None:
            query = query.where(products.c.price <= filters.most)
        with self._engine.connect() as connection:
            return list(connection.scalars(query))

    def _choices_of(self, category: str) -> Choices:
        """Counted once for each state of the catalogue."""
        stamp = self._catalogue.stamp()
        if self._counted[0] != stamp:
            self._counted = (stamp, {})
        choices = self._counted[1]
        if category not in choices:
            genders, prices = self._known(category)
            choices[category] = Choices(self._styles(category), genders > 0, prices > 0)
        return choices[category]

    def _known(self, category: str) -> tuple[int, int]:
        """For how many products of the category it is known whom they are for, and the price."""
        counts = (sa.func.count(products.c.gender_affinity), sa.func.count(products.c.price))
        query = sa.select(*counts).where(products.c.category == category)
        with self._engine.connect() as connection:
            genders, prices = connection.execute(query).one()
        return genders, prices

    def _styles(self, category: str) -> dict[str, int]:
        count = sa.func.count().label("products")
        query = (
            sa.select(products.c.style, count)
            .where(products.c.category == category, products.c.style != "")
            .group_by(products.c.style)
            .order_by(count.desc(), products.c.style)
            .limit(_MOST_STYLES)
        )
        with self._engine.connect() as connection:
            found = {row.style: row.products for row in connection.execute(query)}
        return dict(sorted(found.items()))


_IDS = sa.select(products.c.id)
_ORDERED: Mapping[Sort, sa.Select[tuple[str]]] = {
    Sort.FOR_YOU: POPULAR_IDS,
    Sort.POPULAR: POPULAR_IDS,
    Sort.NEWEST: _IDS.order_by(products.c.launched_at.desc(), products.c.id),
    Sort.CHEAPEST: _IDS.order_by(products.c.price.nulls_last(), products.c.id),
    Sort.DEAREST: _IDS.order_by(products.c.price.desc().nulls_last(), products.c.id),
}


def ranked(answer: Answer, ids: Sequence[str]) -> list[str]:
    """The engine's order first; what it was not asked about, or left out, follows as it stood."""
    known = set(ids)
    return list(dict.fromkeys([*(one for one in answer.product_ids if one in known), *ids]))
