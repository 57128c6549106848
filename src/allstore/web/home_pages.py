"""The home page, its list, the quick view and the shopper picker."""

from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.shop.events import UNRECORDED, EventType, Source
from allstore.shop.picks import Picks
from allstore.web import clicks
from allstore.web.forms import Form, action, is_htmx, origin, see, touch
from allstore.web.parameters import category_of, product_of
from allstore.web.rendering import page, part
from allstore.web.visits import remember, shop_of, shopper_of, visitor_of

_ROW = 12
"""Products of a row below the list."""


def home(request: Request) -> Response:
    category = category_of(request, request.query_params.get("category"))
    shopper_of(request)
    shop = shop_of(request)
    opened = request.query_params.get("open")
    shown = listed(request, category)
    return page(
        request,
        "home.html",
        category=category,
        faces=shop.catalogue.faces(),
        picks=shown,
        shown=None,
        offers=shop.offers.row(visitor_of(request), _ROW) if category is None else [],
        banner=shop.promotions.banner(visitor_of(request)) if category is None else None,
        recent=shop.catalogue.products(shop.clicks.recently_viewed(visitor_of(request), _ROW)),
        arrivals=shop.catalogue.newest(_ROW, category),
        product=shop.catalogue.product(opened) if opened else None,
        picked=touch(request.query_params, opened or ""),
        warning=UNRECORDED if "unrecorded" in request.query_params else None,
    )


def picks(request: Request) -> Response:
    """The list alone, as it stands after an event; `shown` are the ids that the page shows now."""
    category = category_of(request, request.query_params.get("category"))
    shopper = shopper_of(request)
    return part(
        request,
        "parts/refreshed.html",
        shopper=shopper,
        category=category,
        picks=listed(request, category),
        shown=request.query_params.get("shown", "").split(),
    )


def listed(request: Request, category: str | None = None) -> Picks:
    """The visitor's list; the first one that the engine makes for them gives the discounts of the
    visit.
    """
    shop, visitor = shop_of(request), visitor_of(request)
    found = shop.picker.shown(visitor, category)
    if found.from_engine and category is None:
        ids = [product.id for product in found.products]
        shop.shown_lists.keep(visitor, Source.HOME, found.heading, ids)
    if found.from_engine:
        shop.discounts.choose(visitor, found.products)
    return found


def view(request: Request, form: Form) -> Response:
    """Open a product's quick view, which is a View to the engine."""
    product = product_of(request)
    viewed = touch(form, product.id)
    warning = clicks.record(request, EventType.VIEW, [viewed])
    if not is_htmx(request):
        opened = {"open": product.id, **origin(viewed), **({"unrecorded": ""} if warning else {})}
        return see(_home(request, form, opened))
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


def shoppers(request: Request) -> Response:
    """The second half of the picker: the shoppers of a persona."""
    persona = request.query_params.get("persona", "")
    return part(
        request,
        "parts/shopper_choice.html",
        shopper=shopper_of(request),
        persona=persona,
        shoppers=shop_of(request).catalogue.shoppers(persona),
    )


def choose_shopper(request: Request, form: Form) -> Response:
    shopper_id = form.get("shopper_id") or None
    if shopper_id is not None and shop_of(request).catalogue.shopper(shopper_id) is None:
        raise HTTPException(404, "There is no such shopper.")
    remember(request, visitor_of(request).chooses(shopper_id))
    return see(_home(request, form, {}))


def _home(request: Request, form: Form, query: dict[str, str]) -> str:
    """The home page, in the category that the form was sent from."""
    category = category_of(request, form.get("category"))
    query = query | ({"category": category} if category else {})
    return f"/?{urlencode(query)}" if query else "/"


routes = [
    Route("/", home),
    Route("/picks", picks),
    Route("/view/{product_id:path}", action(view), methods=["POST"]),
    Route("/shoppers", shoppers),
    Route("/shopper", action(choose_shopper), methods=["POST"]),
]
