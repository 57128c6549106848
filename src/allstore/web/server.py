"""One process that serves the shop."""

import uvicorn

from allstore.shop.settings import Settings
from allstore.web.app import create_app


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted."""
    uvicorn.run(create_app(settings), host=host, port=port, log_level="warning")
