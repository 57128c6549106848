"""JSON in the form of the original shopping app, and the health check."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.catalog.models import Product
from allstore.shop import money
from allstore.shop.visitor import Visitor
from allstore.web.parameters import category_of
from allstore.web.pictures import picture_url
from allstore.web.visits import shop_of, visitor_of

WARNING = "X-AllStore-Warning"
NO_STORE = "no-store"
"""A recommendation is of the moment: one kept would hide what the visitor has done since."""
_OF_USERS = ("id", "first_name", "last_name", "gender", "age", "persona")


def categories(request: Request) -> Response:
    """`[{id, name, image, has_gender_affinity}]`; the image is of one of its products."""
    catalogue = shop_of(request).catalogue
    faces = catalogue.faces()
    return answer(
        [
            {
                "id": category.id,
                "name": category.name,
                "image": picture_url(faces[category.id]) if category.id in faces else None,
                "has_gender_affinity": category.has_gender_affinity,
            }
            for category in catalogue.categories().values()
        ]
    )


def personas(request: Request) -> Response:
    return answer(shop_of(request).catalogue.personas())


def users(request: Request) -> Response:
    """The shoppers of `persona`."""
    persona = request.query_params.get("persona")
    if not persona:
        return refused("persona is missing: /users?persona=...")
    found = msgspec.to_builtins(shop_of(request).catalogue.shoppers(persona))
    return answer([{name: user[name] for name in _OF_USERS} for user in found])


def products(request: Request) -> Response:
    """What trends; with `user_id` what suits that user, in the engine's order. `filters` leaves one
    category.
    """
    category = category_of(request, request.query_params.get("filters"), "filters")
    shop = shop_of(request)
    user_id = request.query_params.get("user_id") or None
    asked = Visitor(visitor_of(request).session_id, shopper_id=user_id)
    picks = shop.picker.picks(asked, category)
    headers = {"Cache-Control": NO_STORE}
    if picks.answer.warning is not None:
        headers[WARNING] = picks.answer.warning
    count = shop.settings.instalments
    return answer([product_of(each, count) for each in picks.products], headers=headers)


def product_of(product: Product, count: int) -> dict[str, Any]:
    """A product in the original's form; `installments` as its cards say them, null like the price
    where that is not known.
    """
    amount = money.cents(product.price)
    each = None if amount is None else money.instalments(amount, count)[0] / 100
    return {
        "id": product.id,
        "name": product.name,
        "category": product.category,
        "style": product.style,
        "description": product.description,
        "price": product.price,
        "image": picture_url(product),
        "gender_affinity": product.gender_affinity,
        "promoted": product.promoted,
        "featured": product.featured,
        "current_stock": product.current_stock,
        "installments": None if each is None else {"count": count, "price": each},
    }


def healthz(request: Request) -> Response:
    """Whether the shop's own database answers; the shop is open without the engine."""
    with shop_of(request).engine.connect() as connection:
        connection.execute(sa.select(1))
    return answer({"status": "ok"})


def json_route(path: str, handler: Callable[[Request], Response]) -> Route:
    """A GET whose refusals are JSON, too."""

    def endpoint(request: Request) -> Response:
        try:
            return handler(request)
        except HTTPException as refusal:
            return refused(refusal.detail, refusal.status_code)

    return Route(path, endpoint)


def answer(
    content: Any, status: int = 200, *, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(msgspec.json.encode(content), status, headers, "application/json")


def refused(message: str, status: int = 400) -> Response:
    """An error that says what is wrong with what was asked."""
    return answer({"message": message}, status)


routes = [
    Route("/categories", categories),
    json_route("/products", products),
    Route("/users", users),
    Route("/users/persona", personas),
    Route("/healthz", healthz),
]
