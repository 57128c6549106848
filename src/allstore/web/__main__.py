"""`python -m allstore.web [--host H] [--port P]`; the rest by `ALLSTORE_*`."""

import typer

from allstore.shop.settings import Settings
from allstore.web.server import serve


def main(host: str = "127.0.0.1", port: int = 8000) -> None:
    """Open the shop; its data folder and its engine are set by ALLSTORE_* variables."""
    serve(Settings(), host, port)


if __name__ == "__main__":
    typer.run(main)
