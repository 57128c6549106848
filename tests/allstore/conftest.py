"""A shop that asks a stand-in engine, and browsers on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from allstore.shop.settings import Settings
from shopfront import (
    ALSO_VIEWED_ARN,
    BOUGHT_TOGETHER_ARN,
    FOR_YOU_ARN,
    POPULAR_ARN,
    PRODUCTS,
    RANKING_ARN,
    SIMILAR_ARN,
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
            "also_viewed_arn": ALSO_VIEWED_ARN,
            "bought_together_arn": BOUGHT_TOGETHER_ARN,
            "similar_items_arn": SIMILAR_ARN,
            "ranking_arn": RANKING_ARN,
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
