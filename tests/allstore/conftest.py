"""A shop that asks a stand-in engine, and browsers on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from allstore.shop.settings import Settings
from shopfront import (
    FOR_YOU_ARN,
    POPULAR_ARN,
    PRODUCTS,
    Browser,
    Open,
    StandInEngine,
    serve,
    write_catalogue,
)


@pytest.fixture
def engine() -> Iterator[StandInEngine]:
    with StandInEngine() as engine:
        yield engine


@pytest.fixture
def settings(engine: StandInEngine, tmp_path: Path) -> Settings:
    """A shop of `PRODUCTS` and `SHOPPERS`, connected to the stand-in engine."""
    write_catalogue(tmp_path, PRODUCTS)
    return Settings.model_validate(
        {
            "data_dir": tmp_path,
            "endpoint_url": engine.url,
            "access_key_id": "test",
            "secret_access_key": "test",
            "recommended_for_you_arn": FOR_YOU_ARN,
            "popular_by_views_arn": POPULAR_ARN,
            "tracking_id": "tracking-1",
            "list_size": 12,
        }
    )


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
