"""What the JSON API offers: the OpenAPI document, a page of it, and Swagger UI to try it."""

import functools
from importlib.metadata import version
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.web import api, store_actions, store_api
from allstore.web.headers import HEADERS
from allstore.web.openapi import document
from allstore.web.rendering import bare, page

OPERATIONS = (*store_api.operations, *store_actions.operations, *api.operations)
_POLICY = "Content-Security-Policy"
_STYLED = f"{HEADERS[_POLICY]}; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
"""Swagger UI writes styles into its elements and has its icons as data."""


@functools.cache
def openapi() -> dict[str, Any]:
    return document(OPERATIONS, "AllStore", version("aisle"))


def openapi_json(_request: Request) -> Response:
    headers = {"Cache-Control": "public, no-cache"}
    return Response(msgspec.json.encode(openapi()), headers=headers, media_type="application/json")


def docs(request: Request) -> Response:
    """The document as a page that needs no script."""
    return page(request, "docs.html", document=openapi())


def swagger_ui(_request: Request) -> Response:
    response = bare("swagger_ui.html")
    response.headers[_POLICY] = _STYLED
    return response


routes = [
    Route("/openapi.json", openapi_json),
    Route("/docs", docs),
    Route("/docs/try", swagger_ui),
]
