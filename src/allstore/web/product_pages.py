"""A product's page, category pages, and the tiles of all categories."""

import re
from collections.abc import Collection
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.shop.events import EventType
from allstore.shop.shelves import Filters, Sort
from allstore.web import clicks
from allstore.web.forms import Form, touch
from allstore.web.home_pages import category_of, product_of
from allstore.web.rendering import page
from allstore.web.visits import shop_of, visitor_of

_PRICE = re.compile(r"\d{1,7}(\.\d{1,2})?")
_NUMBER = re.compile(r"[1-9]\d{0,3}")
_GENDERS = {"F": "For her", "M": "For him"}
_SORTS = {
    Sort.FOR_YOU: "For you",
    Sort.POPULAR: "Popular",
    Sort.NEWEST: "Newest",
    Sort.CHEAPEST: "Price, low to high",
    Sort.DEAREST: "Price, high to low",
}


def product(request: Request) -> Response:
    """Opening the page is a View to the engine, and the lists on it know of it already."""
    clicks.require_looked_at(request)
    shown = product_of(request)
    viewed = touch(request.query_params, shown.id)
    warning = clicks.record(request, EventType.VIEW, [viewed])
    return page(
        request,
        "product.html",
        product=shown,
        picked=viewed,
        carousels=shop_of(request).carousels.of_product(visitor_of(request), shown),
        warning=warning,
    )


def categories(request: Request) -> Response:
    return page(request, "categories.html", faces=shop_of(request).catalogue.faces())


def category(request: Request) -> Response:
    asked = dict(request.query_params)
    name = category_of(request.path_params["category"])
    if name is None:
        raise HTTPException(404, "The shop has no such category.")
    filters = Filters(
        style=asked.get("style") or None,
        gender=one_of(asked, "gender", _GENDERS),
        least=_cents(asked, "least"),
        most=_cents(asked, "most"),
    )
    sort = one_of(asked, "sort", tuple(Sort))
    shop = shop_of(request)
    shelf = shop.shelves.shelf(
        visitor_of(request), name, filters, Sort(sort) if sort else None, page_number(asked)
    )
    return page(
        request,
        "category.html",
        category=name,
        shelf=shelf,
        filters=filters,
        genders=_GENDERS,
        sorts=_SORTS if visitor_of(request).user_id else _without_you(),
        asked=asked,
        link=lambda **changed: _link(name, asked, changed),
    )


def _without_you() -> dict[Sort, str]:
    """The engine knows nothing of a new visitor."""
    return {sort: words for sort, words in _SORTS.items() if sort is not Sort.FOR_YOU}


def _link(category: str, asked: Form, changed: dict[str, object]) -> str:
    """The page as asked for, but for what is changed; the first page again."""
    kept = {name: value for name, value in asked.items() if name in _FIELDS and name != "page"}
    given = {**kept, **{name: str(value) for name, value in changed.items()}}
    query = urlencode({name: value for name, value in given.items() if value})
    return f"/category/{category}?{query}" if query else f"/category/{category}"


_FIELDS = frozenset({"style", "gender", "least", "most", "sort", "page"})


def one_of(asked: Form, name: str, known: Collection[str]) -> str | None:
    """The field's value, None where it has none; HTTPException 400 for an unknown one."""
    given = asked.get(name) or None
    if given is not None and given not in known:
        raise HTTPException(400, f"{name} must be one of {', '.join(known)}, not {given[:40]!r}.")
    return given


def _cents(asked: Form, name: str) -> int | None:
    given = (asked.get(name) or "").strip()
    if not given:
        return None
    if not _PRICE.fullmatch(given):
        raise HTTPException(400, f"{name} must be a price such as 19.50, not {given[:40]!r}.")
    whole, _, part = given.partition(".")
    return int(whole) * 100 + int(part.ljust(2, "0") if part else 0)


def page_number(asked: Form) -> int:
    """From 1; HTTPException 400 for what is no number."""
    given = asked.get("page") or "1"
    if not _NUMBER.fullmatch(given):
        raise HTTPException(400, f"page must be a number from 1 to 9999, not {given[:40]!r}.")
    return int(given)


routes = [
    Route("/product/{product_id:path}", product),
    Route("/category", categories),
    Route("/category/{category}", category),
]
