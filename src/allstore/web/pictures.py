"""Product pictures, drawn once and then cached by everyone."""

import functools
import hashlib
from urllib.parse import quote

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.catalog.models import Product
from allstore.catalog.pictures import picture
from allstore.web.visits import shop_of

# An SVG opened by itself is a document: it may style itself and do nothing else.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_FOREVER = "public, max-age=31536000, immutable"
_FOR_AN_HOUR = "public, max-age=3600"


@functools.lru_cache(maxsize=4096)
def picture_url(product: Product) -> str:
    """The picture's address, which changes with what the picture is drawn from; elsewhere where the
    shop is set up to show what the catalogue names.
    """
    if product.image_url is not None:
        return product.image_url
    drawn_from = msgspec.json.encode(_drawn_from(product))
    version = hashlib.blake2s(drawn_from, digest_size=6).hexdigest()
    return f"/pictures/{quote(product.id)}.svg?v={version}"


def show(request: Request) -> Response:
    product = shop_of(request).catalogue.product(request.path_params["product_id"])
    if product is None:
        raise HTTPException(404, "There is no such picture.")
    svg, tag = _drawn(_drawn_from(product))
    caching = _FOREVER if "v" in request.query_params else _FOR_AN_HOUR
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": caching, "ETag": tag}
    if tag in request.headers.get("If-None-Match", ""):
        return Response(status_code=304, headers=headers)
    return Response(svg, media_type="image/svg+xml", headers=headers)


def _drawn_from(product: Product) -> Product:
    """The product without what is not drawn, such as its stock, which every order changes."""
    return Product(
        id=product.id,
        name=product.name,
        category=product.category,
        style=product.style,
        description="",
        price=None,
        categories=product.categories,
    )


@functools.lru_cache(maxsize=4096)
def _drawn(product: Product) -> tuple[bytes, str]:
    svg = picture(product).encode()
    return svg, f'"{hashlib.blake2s(svg, digest_size=12).hexdigest()}"'


routes = [Route("/pictures/{product_id:path}.svg", show)]
