"""Pictures of a running demo for the README: `scripts/screenshots.py http://127.0.0.1:8000`, and
the names of those wanted where not all are.

The demo's shop needs an `experiments.json` for the picture of an experiment; docs/experiments.md
has one to copy. An experiment on the home list decides what the pictures of that list show.
"""

import base64
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

IMAGES = Path(__file__).parents[1] / "docs" / "images"
MOST_BYTES = 60_000
PERSONA = "apparel_footwear_accessories"
WIDE: ViewportSize = {"width": 1280, "height": 800}
TALL: ViewportSize = {"width": 1280, "height": 1130}
PHONE: ViewportSize = {"width": 390, "height": 800}
PICTURES_LOADED = """() => {
  const missing = [...document.images].filter((image) => {
    const { top, left } = image.getBoundingClientRect();
    return !image.complete && image.checkVisibility() && top < innerHeight && left < innerWidth;
  });
  return Promise.all(missing.map((image) => new Promise((done) => {
    image.onload = image.onerror = done;
  })));
}"""
TO_WEBP = """async ([png, quality]) => {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  const blob = await canvas.convertToBlob({ type: "image/webp", quality });
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.split(",")[1]);
    reader.readAsDataURL(blob);
  });
}"""


def home(page: Page) -> None:
    choose_shopper(page, 3)


def home_on_a_phone(page: Page) -> None:
    page.goto("/")


def product(page: Page) -> None:
    choose_shopper(page)
    open_first_product(page)


def search(page: Page) -> None:
    choose_shopper(page)
    page.goto("/find?q=leather&view=compare&personal=60")
    expect(page.get_by_test_id("personal")).to_be_visible()


def live(page: Page) -> None:
    choose_shopper(page)
    page.get_by_test_id("live-button").click()
    expect(page.get_by_test_id("live-drawer")).to_be_visible()
    for _ in range(2):
        page.get_by_test_id("picks").evaluate("list => list.dataset.before = ''")
        page.get_by_test_id("card-open").first.click()
        expect(page.locator("#picks:not([data-before])")).to_be_visible()
        expect(page.get_by_test_id("quick-view")).to_be_visible()
        page.keyboard.press("Escape")
    expect(page.get_by_test_id("event").nth(1)).to_be_visible()


def experiment(page: Page) -> None:
    page.goto("/experiments")
    page.get_by_test_id("experiment").first.get_by_role("link").click()
    expect(page.get_by_test_id("verdict")).to_be_visible()


def choose_shopper(page: Page, at: int = 1) -> None:
    page.goto("/")
    page.get_by_test_id("persona-select").select_option(PERSONA)
    shoppers = page.get_by_test_id("shopper-select")
    expect(shoppers.locator("option").nth(1)).to_be_attached()
    shoppers.select_option(index=at)
    expect(page.get_by_test_id("shopper")).to_be_visible()


def open_first_product(page: Page) -> None:
    product_id = page.get_by_test_id("card").first.get_attribute("data-product")
    page.goto(f"/product/{product_id}")


SCENES: dict[str, tuple[Callable[[Page], None], ViewportSize, Literal["light", "dark"]]] = {
    "home": (home, WIDE, "light"),
    "home-phone-dark": (home_on_a_phone, PHONE, "dark"),
    "product": (product, TALL, "light"),
    "search": (search, WIDE, "light"),
    "live": (live, WIDE, "dark"),
    "experiment": (experiment, WIDE, "light"),
}


def shoot(browser: Browser, url: str, name: str) -> int:
    """Play a scene and keep its end as WebP; its bytes, at most `MOST_BYTES`."""
    scene, size, colours = SCENES[name]
    context = browser.new_context(
        base_url=url, viewport=size, color_scheme=colours, reduced_motion="reduce"
    )
    page = context.new_page()
    scene(page)
    page.evaluate(PICTURES_LOADED)
    png = base64.b64encode(page.screenshot()).decode()
    blank = context.new_page()  # the shop's policy has no room for the picture's address
    for quality in (0.9, 0.8, 0.65, 0.5):
        webp = base64.b64decode(blank.evaluate(TO_WEBP, [png, quality]))
        if len(webp) <= MOST_BYTES:
            break
    context.close()
    (IMAGES / f"{name}.webp").write_bytes(webp)
    return len(webp)


def main() -> None:
    url = sys.argv[1]
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name in sys.argv[2:] or SCENES:
            print(f"{name}.webp: {shoot(browser, url, name):,} bytes")
        browser.close()


if __name__ == "__main__":
    main()
