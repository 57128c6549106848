"""The segments that the demo finds behind its open shop."""

import re

import httpx
import pytest

from running import until
from tests.browser.conftest import DemoProcess

pytestmark = pytest.mark.browser

_LIFT = re.compile(r"That is ([0-9.]+) times as many")


def test_the_demo_finds_segments_of_shoppers_who_like_their_category(demo: DemoProcess) -> None:
    """The engine knows no personas, so chance would give the usual share of them."""
    with httpx.Client(base_url=demo.url) as client:

        def segment(category: str) -> str:
            asked = {"of": f'ITEMS.CATEGORY_L1 = "{category}"'}
            return client.get("/segments", params=asked).text

        until(lambda: 'data-testid="segment"' in segment("books"), "segments", seconds=180)
        for category in ("books", "apparel", "instruments"):
            lift = _LIFT.search(segment(category))
            assert lift, category
            assert float(lift[1]) > 1.5
