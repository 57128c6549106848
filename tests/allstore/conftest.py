"""A shop that asks a stand-in engine, and browsers on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from allstore.shop.settings import Settings
from shopfront import Browser, Open, StandInEngine, connected, serve


@pytest.fixture
def engine() -> Iterator[StandInEngine]:
    with StandInEngine() as engine:
        yield engine


@pytest.fixture
def settings(engine: StandInEngine, tmp_path: Path) -> Settings:
    return connected(engine, tmp_path)


@pytest.fixture
def open_shop() -> Iterator[Open]:
    """Serves a shop of the given settings by uvicorn and hands out a browser on it."""
    closers: list[Callable[[], None]] = []

    def opened(settings: Settings) -> Browser:
        url, close = serve(settings)
        browser = Browser(url)
        closers.extend([close, browser.http.close])
        return browser

    yield opened
    for close in reversed(closers):
        close()


@pytest.fixture
def browser(open_shop: Open, settings: Settings) -> Browser:
    return open_shop(settings)
