"""The search page, and suggestions while its box is typed in."""

from collections.abc import Mapping
from urllib.parse import urlencode

import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.catalog.models import Product
from allstore.catalog.sorts import Sort
from allstore.search.request import PRICE_BANDS, SORTS, SearchRequest
from allstore.search.results import Results
from allstore.shop.events import Event, EventType, Source, Touch
from allstore.web import clicks
from allstore.web.parameters import one_of, page_number
from allstore.web.rendering import page, part
from allstore.web.visits import shop_of, visitor_of

_FIELDS = ("q", "category", "style", "brand", "price", "sort", "personal", "view", "page")
_LONGEST = 200
"""Characters of a search that its event keeps."""
_OTHERS = 8
"""Popular products shown where nothing was found."""


def find(request: Request) -> Response:
    """Results for `q`: filtered by `category`, `style`, `brand` and `price`, in the order of
    `sort`, and for a known shopper re-ranked by a preference that weighs `personal` per cent.
    """
    clicks.require_looked_at(request)
    asked = {name: request.query_params.get(name, "").strip() for name in _FIELDS}
    shop = shop_of(request)
    sort = one_of(asked, "sort", SORTS)
    wanted = SearchRequest(
        text=asked["q"],
        categories=_values(asked["category"]),
        styles=_values(asked["style"]),
        brands=_values(asked["brand"]),
        bands=_values(asked["price"]),
        sort=Sort(sort) if sort else Sort.RELEVANCE,
        page=page_number(asked),
        size=shop.settings.list_size,
    )
    is_new = asked["q"] and wanted.page == 1 and clicks.is_seen(request)
    warning = _record(request, asked["q"]) if is_new else None
    found = _found(request, wanted, _weight(asked["personal"]))
    plainly = wanted.sort is Sort.RELEVANCE and not asked["personal"]
    source = Source.SEARCH if plainly else Source.SEARCH_ORDERED
    return page(
        request,
        "search.html",
        q=asked["q"],
        asked=asked,
        found=found,
        warning=warning,
        terms=found.terms,
        products=_products(request, found),
        others=[] if found.items else shop.catalogue.popular(_OTHERS),
        compared=asked["view"] == "compare" and found.weight > 0,
        sorts=SORTS,
        bands=PRICE_BANDS,
        found_as=lambda item: Touch(item.product_id, found.recommendation_of(item), source),
        link=lambda **changed: _link(asked, changed),
    )


def suggestions(request: Request) -> Response:
    """For htmx: queries and products for what has been typed of `q`."""
    shop = shop_of(request)
    found = shop.search.suggestions(request.query_params.get("q", ""))
    return part(
        request,
        "parts/suggestions.html",
        queries=found.queries,
        products=shop.catalogue.products(found.product_ids),
        terms=found.terms,
    )


def _found(request: Request, wanted: SearchRequest, weight: float | None) -> Results:
    """The results; only those that are seen are part of an experiment."""
    search, visitor = shop_of(request).search, visitor_of(request)
    if clicks.is_seen(request):
        return search.shown(wanted, visitor, weight)
    return search.results(wanted, visitor.user_id, weight)


def _record(request: Request, text: str) -> str | None:
    """A search is an event, too; nothing on the page waits for it. A warning where it is lost."""
    searched = Event(EventType.SEARCH, properties={"query": text[:_LONGEST]})
    try:
        shop_of(request).clicks.post(visitor_of(request), [searched])
    except sa.exc.DBAPIError as error:
        return clicks.unkept(EventType.SEARCH, error)
    return None


def _products(request: Request, found: Results) -> dict[str, Product]:
    """What the page shows, by id, as it is in the database now."""
    ids = [item.product_id for item in (*found.items, *found.plain)]
    return {product.id: product for product in shop_of(request).catalogue.products(ids)}


def _values(given: str) -> tuple[str, ...]:
    return (given,) if given else ()


def _weight(given: str) -> float | None:
    """A share, from per cent; None where the visitor has not said."""
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and int(given[:4]) <= 100):  # noqa: PLR2004
        raise HTTPException(400, f"personal must be from 0 to 100 per cent, not {given[:40]!r}.")
    return int(given) / 100


def _link(asked: Mapping[str, str], changed: Mapping[str, object]) -> str:
    """The page as asked for, but for what is changed; the first page again."""
    given = {**asked, "page": "", **{name: str(value) for name, value in changed.items()}}
    return f"/find?{urlencode({name: value for name, value in given.items() if value})}"


routes = [Route("/find", find), Route("/find/suggestions", suggestions)]
