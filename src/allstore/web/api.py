"""JSON in the form of the original shopping app, and the health check."""

from typing import Any

import msgspec
import sqlalchemy as sa
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.catalog.taxonomy import CATEGORIES, PERSONAS
from allstore.web.pictures import picture_url
from allstore.web.visits import shop_of


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
        return answer({"message": "Say which persona: /users?persona=..."}, 400)
    return answer(shop_of(request).catalogue.shoppers(persona))


def healthz(request: Request) -> Response:
    """Whether the shop's own database answers; the shop is open without the engine."""
    with shop_of(request).engine.connect() as connection:
        connection.execute(sa.select(1))
    return answer({"status": "ok"})


def answer(content: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(content), status, media_type="application/json")


routes = [
    Route("/categories", categories),
    Route("/users", users),
    Route("/users/persona", personas),
    Route("/healthz", healthz),
]
