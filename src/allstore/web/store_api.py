"""AllStore's JSON API as its documents give it: bare arrays of items, and a warning in a header.

An item has `asin`, `genre` (a JSON array as a string), `imUrl` and `title`, and after them whatever
else the shop knows of it.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.catalog.models import Product
from allstore.shop.picks import NOTHING_SOLD
from allstore.shop.recommendations import Answer
from allstore.web.api import NO_STORE, WARNING, answer, json_route, refused
from allstore.web.parameters import category_of, page_number
from allstore.web.pictures import picture_url
from allstore.web.rendering import bullets
from allstore.web.visits import shop_of, visitor_of

_PAGE = 24


def item(request: Request) -> Response:
    found = shop_of(request).catalogue.product(request.path_params["item_id"])
    return _unknown_item(request) if found is None else _tagged(request, item_of(found))


def description(request: Request) -> Response:
    """Bullets from what the shop knows of the item."""
    found = shop_of(request).catalogue.product(request.path_params["item_id"])
    return _unknown_item(request) if found is None else _tagged(request, bullets(found))


def items(request: Request) -> Response:
    """A page of items, the popular first: of `category`, or of all; `page` from 1."""
    category = category_of(request, request.query_params.get("category"))
    page = page_number(request.query_params)
    found = shop_of(request).catalogue.popular(_PAGE, category, (page - 1) * _PAGE)
    return _tagged(request, [item_of(each) for each in found])


def recommendations(request: Request) -> Response:
    """For a user; without one for everybody."""
    user_id = request.path_params.get("user_id")
    shop = shop_of(request)
    count = shop.settings.list_size
    asks = shop.recommendations
    if user_id is None:
        return _recommended(request, asks.trending(visitor_of(request), count))
    return _recommended(request, asks.for_shopper(user_id, count))


def similar(request: Request) -> Response:
    """Items like one of them; 404 for one that the shop does not sell."""
    shop = shop_of(request)
    found = shop.catalogue.product(request.path_params["item_id"])
    if found is None:
        return _unknown_item(request)
    asked = shop.recommendations.similar_items(found.id, shop.settings.list_size + 1)
    return _recommended(request, asked, found)


def session(request: Request) -> Response:
    """What a client of the original asks first: the curated users, one of each persona."""
    shop = shop_of(request)
    users = [
        {"Id": each.id, "FirstName": each.first_name, "LastName": each.last_name}
        for each in shop.catalogue.curated_shoppers()
    ]
    content = {
        "AnonymousPoolId": f"{shop.settings.region}:{visitor_of(request).session_id}",
        "StreamName": "allstore-clickstream",
        "UserList": users,
    }
    return answer(content, headers={"Cache-Control": NO_STORE})


def item_of(product: Product) -> dict[str, Any]:
    """The documented members first."""
    return {
        "asin": product.id,
        "genre": msgspec.json.encode(product.categories).decode(),
        "imUrl": picture_url(product),
        "title": product.name,
        "price": product.price,
        "category": product.category,
        "style": product.style,
        "brand": product.brand,
        "description": product.description,
        "current_stock": product.current_stock,
        "promoted": product.promoted,
    }


def _recommended(request: Request, found: Answer, beside: Product | None = None) -> Response:
    """The items of an answer, or popular ones and why."""
    shop = shop_of(request)
    size = shop.settings.list_size
    products = shop.catalogue.products(found.product_ids)
    warning = found.warning
    if warning is None and not products:
        warning = NOTHING_SOLD
    if warning is not None:
        products = shop.catalogue.popular(size + 1, beside.category if beside else None)
    listed = [each for each in products if beside is None or each.id != beside.id][:size]
    headers = {"Cache-Control": NO_STORE}
    if warning is not None:
        headers[WARNING] = f"{warning} These are popular items instead."
    if found.recommendation_id is not None:
        headers["X-AllStore-Recommendation-Id"] = found.recommendation_id
    return answer([item_of(each) for each in listed], headers=headers)


def _unknown_item(request: Request) -> Response:
    return refused(f"The shop does not sell item {request.path_params['item_id'][:80]!r}.", 404)


def _tagged(request: Request, content: dict[str, Any] | Sequence[Any]) -> Response:
    """With an ETag: a client that has it already is told so."""
    body = msgspec.json.encode(content)
    tag = f'"{hashlib.blake2s(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "public, no-cache"}
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


routes = [
    json_route("/items", items),
    Route("/items/{item_id}/description", description),
    Route("/items/{item_id}", item),
    Route("/recommendations", recommendations),
    Route("/recommendations/", recommendations),
    Route("/recommendations/{user_id}", recommendations),
    Route("/recommendations/{user_id}/", recommendations),
    Route("/recommendationsitem/{item_id}", similar),
    Route("/recommendationsitem/{item_id}/", similar),
    Route("/session", session),
]
