"""The home page, its list and the quick view."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.shop.events import UNKEPT, UNRECORDED, EventType, Source
from allstore.shop.picks import Picks
from allstore.web import clicks
from allstore.web.forms import Form, action, is_htmx, origin, see, touch
from allstore.web.parameters import category_of, product_of
from allstore.web.rendering import page, part, product_url
from allstore.web.visits import shop_of, shopper_of, visitor_of

_TOLD = {UNRECORDED: "unrecorded", UNKEPT: "unkept"}
"""Warnings of a view, and how the home page's address says them."""
_ROW = 12
"""Products of a row below the list."""
_THEMES_CHANGED = "themes-changed"
"""The htmx event at which the home page asks for its themes again, after its list."""


def home(request: Request) -> Response:
    clicks.require_looked_at(request)
    category = category_of(request, request.query_params.get("category"))
    shopper_of(request)
    shop = shop_of(request)
    opened = request.query_params.get("open")
    return page(
        request,
        "home.html",
        category=category,
        is_first_visit=category is None and visitor_of(request).user_id is None,
        faces=shop.catalogue.faces(),
        picks=_picks(request, category),
        shown=None,
        offers=shop.offers.row(visitor_of(request), _ROW) if category is None else [],
        banner=shop.promotions.banner(visitor_of(request)) if category is None else None,
        recent=shop.catalogue.products(shop.clicks.recently_viewed(visitor_of(request), _ROW)),
        arrivals=shop.catalogue.newest(_ROW, category),
        product=shop.catalogue.product(opened) if opened else None,
        picked=touch(request.query_params, opened or ""),
        warning=next((said for said, name in _TOLD.items() if name in request.query_params), None),
    )


def picks(request: Request) -> Response:
    """The list alone, as it stands after an event; `shown` are the ids that the page shows now."""
    category = category_of(request, request.query_params.get("category"))
    shopper = shopper_of(request)
    found = _picks(request, category)
    response = part(
        request,
        "parts/refreshed.html",
        shopper=shopper,
        category=category,
        picks=found,
        shown=request.query_params.getlist("shown"),
    )
    if found.is_personal:
        response.headers["HX-Trigger-After-Swap"] = _THEMES_CHANGED
    return response


def _picks(request: Request, category: str | None) -> Picks:
    """The list; only one that is seen is part of an experiment or gives discounts."""
    picker = shop_of(request).picker
    ask = picker.shown if clicks.is_seen(request) else picker.picks
    return ask(visitor_of(request), category)


def view(request: Request, form: Form) -> Response:
    """Open a product's quick view, which is a View to the engine. Without htmx it comes with the
    home page, and from other pages the product's own takes its place, which records the View.
    """
    product = product_of(request)
    viewed = touch(form, product.id)
    if not is_htmx(request) and viewed.source not in {None, Source.HOME}:
        return see(product_url(viewed))
    warning = clicks.record(request, EventType.VIEW, [viewed])
    if not is_htmx(request):
        opened = {"open": product.id, **origin(viewed), **({_TOLD[warning]: ""} if warning else {})}
        return see(home_url(request, form, opened))
    response = part(
        request,
        "parts/quick_view.html",
        product=product,
        picked=viewed,
        warning=warning,
    )
    response.headers["HX-Trigger-After-Swap"] = "open-quick-view"
    if warning is None:
        response.headers["HX-Trigger"] = clicks.PICKS_CHANGED
    return response


def home_url(request: Request, form: Form, query: dict[str, str]) -> str:
    """The home page, in the category that the form was sent from."""
    category = category_of(request, form.get("category"))
    query = query | ({"category": category} if category else {})
    return f"/?{urlencode(query)}" if query else "/"


routes = [
    Route("/", home),
    Route("/picks", picks),
    Route("/view/{product_id:path}", action(view), methods=["POST"]),
]
