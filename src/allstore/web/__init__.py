"""The shop's pages: `create_app` makes the ASGI application, `serve` runs it."""

from allstore.web.app import create_app
from allstore.web.server import serve

__all__ = ["create_app", "serve"]
