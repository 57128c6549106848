"""The ASGI application: routes, middleware and error pages put together."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from allstore.shop.settings import Settings
from allstore.shop.shop import Shop
from allstore.web import (
    cart_pages,
    docs_pages,
    errors,
    experiment_pages,
    home_pages,
    live_pages,
    offer_pages,
    operator_pages,
    order_pages,
    page_clicks,
    pictures,
    product_pages,
    search_pages,
    segment_pages,
    shopper_pages,
    theme_pages,
    tour_pages,
    why_pages,
)
from allstore.web.addresses import WithoutNul
from allstore.web.body_limit import BodyLimit
from allstore.web.headers import SecurityHeaders
from allstore.web.operations import HEADERS
from allstore.web.visits import Visits

STATIC = Path(__file__).parent / "static"
_LARGEST_FORM = 64 * 1024
_COMPRESSION = 5
"""Of gzip: beyond it a page costs milliseconds more and is hardly smaller."""


def create_app(settings: Settings) -> Starlette:
    """The shop of `settings`, open: its database and catalogue are loaded before this returns."""
    shop = Shop(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        shop.clicks.start()
        yield
        shop.close()

    app = Starlette(
        routes=[
            *home_pages.routes,
            *live_pages.routes,
            *operator_pages.routes,
            *segment_pages.routes,
            *cart_pages.routes,
            *offer_pages.routes,
            *order_pages.routes,
            *product_pages.routes,
            *experiment_pages.routes,
            *search_pages.routes,
            *page_clicks.routes,
            *shopper_pages.routes,
            *theme_pages.routes,
            *tour_pages.routes,
            *why_pages.routes,
            *pictures.routes,
            *docs_pages.routes,
            *(route for each in docs_pages.OPERATIONS for route in each.routes()),
            Mount("/static", StaticFiles(directory=STATIC), name="static"),
        ],
        middleware=[
            Middleware(SecurityHeaders, picture_origins=settings.picture_origins),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(settings.hosts)),
            Middleware(GZipMiddleware, compresslevel=_COMPRESSION),
            Middleware(
                CORSMiddleware,
                allow_origins=settings.cors_origins,
                allow_methods=("GET",),
                expose_headers=tuple(HEADERS),
            ),
            Middleware(WithoutNul),
            Middleware(Visits, seal=shop.seal),
            Middleware(BodyLimit, most_bytes=_LARGEST_FORM),
        ],
        exception_handlers={HTTPException: errors.refused, Exception: errors.failed},
        lifespan=lifespan,
    )
    app.state.shop = shop
    return app
