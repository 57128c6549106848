"""JSON in the form of the original shopping app, and the health check."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec
import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.catalog.models import Product
from allstore.catalog.taxonomy import CATEGORIES, PERSONAS
from allstore.shop import money
from allstore.shop.visitor import Visitor
from allstore.web.pictures import picture_url
from allstore.web.visits import shop_of, visitor_of

WARNING = "X-AllStore-Warning"
NO_STORE = "no-store"
"""A recommendation is of the moment: one kept would hide what the visitor has done since."""
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")


def categories(request: Request) -> Response:
    """`[{id, name, image, has_gender_affinity}]`; the image is of one of its products."""
    faces = shop_of(request).catalogue.faces()
    return answer(
        [
            {
                "id": category.id,
                "name": category.name,
                "image": picture_url(faces[category.id]) if category.id in faces else None,
                "has_gender_affinity": category.has_gender_affinity,
            }
            for category in CATEGORIES.values()
        ]
    )


def personas(_request: Request) -> Response:
    return answer(PERSONAS)


def users(request: Request) -> Response:
    """The shoppers of `persona`."""
    persona = request.query_params.get("persona")
    if not persona:
        return refused("persona is missing: /users?persona=...")
    return answer(shop_of(request).catalogue.shoppers(persona))


def products(request: Request) -> Response:
    """What trends; with `user_id` what suits that user, in the engine's order. `filters` leaves one
    category.
    """
    category = request.query_params.get("filters") or None
    if category is not None and category not in CATEGORIES:
        return refused(f"filters: the shop has no category {category[:80]!r}", 404)
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
    """A product in the original's form; `installments` as its cards say them."""
    amount = money.cents(product.price)
    each = money.instalments(amount, count)[0]
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
        "installments": {"count": count, "price": each / 100},
    }


def healthz(request: Request) -> Response:
    """Whether the shop's own database answers; the shop is open without the engine."""
    with shop_of(request).engine.connect() as connection:
        connection.execute(sa.select(1))
    return answer({"status": "ok"})


def answer(
    content: Any, status: int = 200, *, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(msgspec.json.encode(content), status, headers, "application/json")


def refused(message: str, status: int = 400) -> Response:
    """An error that says what is wrong with what was asked."""
    return answer({"message": message}, status)


def numbered(request: Request, name: str, default: int) -> int | Response:
    """A number from 1 to 9999 in the query, or the error that it is none."""
    given = request.query_params.get(name) or str(default)
    if not _NUMBER.fullmatch(given):
        return refused(f"{name} must be a number from 1 to 9999, not {given[:40]!r}.")
    return int(given)


routes = [
    Route("/categories", categories),
    Route("/products", products),
    Route("/users", users),
    Route("/users/persona", personas),
    Route("/healthz", healthz),
]
