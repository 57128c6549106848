"""One process that serves the shop."""

import threading

import uvicorn

from allstore.shop.settings import Settings
from allstore.web.app import create_app


def serve(settings: Settings, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted."""
    app = create_app(settings)
    threading.Thread(target=app.state.shop.search.warm, name="search-index", daemon=True).start()
    uvicorn.run(app, host=host, port=port, log_level="warning")
