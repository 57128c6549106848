"""A product's page, category pages, and the tiles of all categories."""

import re
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.catalog.models import Product
from allstore.catalog.sorts import Sort
from allstore.shop.carousels import Carousel
from allstore.shop.events import EventType, Source, Touch
from allstore.shop.shelves import SORTS, Filters
from allstore.web import clicks
from allstore.web.forms import Form, touch
from allstore.web.parameters import category_of, one_of, page_number, product_of
from allstore.web.rendering import page
from allstore.web.visits import shop_of, visitor_of

_PRICE = re.compile(r"\d{1,7}(\.\d{1,2})?")
_GENDERS = {"F": "For her", "M": "For him"}


def product(request: Request) -> Response:
    """Opening the page is a View to the engine, and the lists on it know of it already."""
    clicks.require_looked_at(request)
    shown = product_of(request)
    viewed = touch(request.query_params, shown.id)
    warning, carousels = _viewed(request, shown, viewed) if clicks.is_seen(request) else (None, ())
    return page(
        request,
        "product.html",
        product=shown,
        picked=viewed,
        carousels=carousels,
        warning=warning,
    )


def _viewed(
    request: Request, shown: Product, viewed: Touch
) -> tuple[str | None, tuple[Carousel, ...]]:
    """A warning where the engine has not got the View yet, and the lists."""
    carousels = shop_of(request).carousels
    ahead = carousels.ask_ahead(visitor_of(request), shown)
    warning = clicks.record(request, EventType.VIEW, [viewed])
    return warning, carousels.of_product(visitor_of(request), shown, ahead)


def categories(request: Request) -> Response:
    return page(request, "categories.html", faces=shop_of(request).catalogue.faces())


def category(request: Request) -> Response:
    clicks.require_looked_at(request)
    asked = dict(request.query_params)
    name = category_of(request, request.path_params["category"])
    if name is None:
        raise HTTPException(404, "The shop has no such category.")
    filters = Filters(
        style=asked.get("style") or None,
        gender=one_of(asked, "gender", _GENDERS),
        least=_cents(asked, "least"),
        most=_cents(asked, "most"),
    )
    shop = shop_of(request)
    shelf = shop.shelves.shelf(
        visitor_of(request), name, filters, _order(request, asked), page_number(asked)
    )
    return page(
        request,
        "category.html",
        category=name,
        banner=shop.promotions.banner(visitor_of(request), name),
        shelf=shelf,
        source=Source.CATEGORY_ORDERED if asked.get("sort") else Source.CATEGORY,
        filters=filters,
        genders=_GENDERS,
        sorts=SORTS if visitor_of(request).user_id else _without_you(),
        asked=asked,
        link=lambda **changed: _link(name, asked, changed),
    )


def _order(request: Request, asked: Form) -> Sort | None:
    """What is asked for. None leaves it to the shop, and to an experiment; what nobody sees is in
    an order that has none.
    """
    sort = one_of(asked, "sort", SORTS)
    if sort is None:
        return None if clicks.is_seen(request) else Sort.POPULAR
    return Sort(sort)


def _without_you() -> list[Sort]:
    """The engine knows nothing of a new visitor."""
    return [sort for sort in SORTS if sort is not Sort.FOR_YOU]


def _link(category: str, asked: Form, changed: dict[str, object]) -> str:
    """The page as asked for, but for what is changed; the first page again."""
    kept = {name: value for name, value in asked.items() if name in _FIELDS and name != "page"}
    given = {**kept, **{name: str(value) for name, value in changed.items()}}
    query = urlencode({name: value for name, value in given.items() if value})
    path = f"/category/{quote(category)}"
    return f"{path}?{query}" if query else path


_FIELDS = frozenset({"style", "gender", "least", "most", "sort", "page"})


def _cents(asked: Form, name: str) -> int | None:
    given = (asked.get(name) or "").strip()
    if not given:
        return None
    if not _PRICE.fullmatch(given):
        raise HTTPException(400, f"{name} must be a price such as 19.50, not {given[:40]!r}.")
    whole, _, part = given.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") if part else 0)


routes = [
    Route("/product/{product_id:path}", product),
    Route("/category", categories),
    Route("/category/{category:id}", category),
]
