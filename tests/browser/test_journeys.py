"""A visitor's ways through the shop's other pages, at both widths."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import EXPERIMENT
from tests.browser.test_shop import PERSONA, choose_shopper, heading, in_stock, listed

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("trained")]


def cents(page: Page) -> list[int]:
    """The prices of the cards, in their order."""
    listed(page)
    return [int(re.sub(r"\D", "", each)) for each in page.get_by_test_id("price").all_inner_texts()]


def test_from_a_card_to_its_page_to_similar_items_into_the_cart(page: Page) -> None:
    page.goto("/")
    card = page.get_by_test_id("card").first
    product = str(card.get_attribute("data-product"))
    card.get_by_test_id("card-open").click()
    page.get_by_test_id("quick-view").get_by_test_id("details").click()
    expect(page.locator(f"[data-testid=product][data-product={product}]")).to_be_visible()
    page.wait_for_load_state()
    carousels = page.get_by_test_id("carousel")
    expect(carousels.first).to_have_attribute("data-carousel", "similar")
    for carousel in carousels.all():
        expect(carousel.get_by_test_id("recipe")).to_contain_text("aws-")
    carousels.first.get_by_test_id("why").locator("summary").click()
    expect(carousels.first.get_by_test_id("why")).to_contain_text("Answer")
    for_you = page.locator("[data-carousel=for-you]")
    for_you.get_by_test_id("why").locator("summary").click()
    expect(for_you.get_by_test_id("because")).to_contain_text("you viewed")
    tile = in_stock(carousels.first.get_by_test_id("tile")).first
    other = str(tile.get_attribute("data-product"))
    assert other != product
    tile.click()
    expect(page.locator(f"[data-testid=product][data-product={other}]")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_test_id("product").get_by_test_id("add-to-cart").click()
    expect(page.get_by_test_id("cart-drawer").get_by_test_id("cart-line")).to_have_attribute(
        "data-product", other
    )


def test_a_category_is_sorted_filtered_and_paged(page: Page) -> None:
    page.goto("/category")
    page.get_by_test_id("tiles").locator("a[href$=apparel]").click()
    expect(heading(page)).to_have_text("Apparel")
    page.get_by_test_id("pages").get_by_role("link", name="Next").click()
    expect(page.get_by_test_id("pages")).to_contain_text("Page 2 of")
    page.goto("/category/apparel")
    filters = page.get_by_test_id("filters")
    filters.locator("[name=sort]").select_option("price")
    expect(page).to_have_url(re.compile("sort=price"))
    dear = cents(page)
    assert dear == sorted(dear)
    middle = dear[len(dear) // 2]
    page.get_by_test_id("filters").locator("[name=most]").fill(f"{middle / 100:.2f}")
    page.get_by_test_id("filters").get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile("most="))
    assert max(cents(page)) <= middle
    page.get_by_role("link", name="Clear filters").click()
    expect(page).not_to_have_url(re.compile("most="))


def test_a_search_suggests_corrects_and_shows_both_orders(page: Page) -> None:
    page.goto("/")
    names = " ".join(page.get_by_test_id("card-open").all_inner_texts()).lower().split()
    word = next(name for name in names if len(name) > 6 and name.isalpha())
    page.get_by_test_id("search-text").press_sequentially(word[:3])
    suggestions = page.get_by_test_id("suggestions").get_by_role("link")
    expect(suggestions.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(suggestions.first).to_be_focused()
    page.keyboard.press("Escape")
    expect(suggestions).to_have_count(0)
    choose_shopper(page, PERSONA)
    typo = f"{word[:4]}{word[3:]}"
    page.goto(f"/find?q={typo}")
    expect(page.get_by_test_id("correction")).to_have_text(f"“{typo}” was taken for “{word}”.")
    expect(page.get_by_test_id("recipe")).to_contain_text("aws-personalized-ranking")
    page.goto("/find?q=apparel")  # of a page of results at least, so that there is an order
    page.get_by_test_id("filters").locator("[name=view]").select_option("compare")
    page.get_by_test_id("filters").locator("[name=personal]").fill("80")
    page.get_by_test_id("filters").get_by_role("button", name="Apply").click()
    plain, personal = (page.get_by_test_id(name).locator("li") for name in ("plain", "personal"))
    expect(plain.first).to_be_visible()
    orders = [
        [each.get_attribute("data-product") for each in ranking.all()]
        for ranking in (plain, personal)
    ]
    assert orders[0] != orders[1]
    expect(personal.filter(has_text="places up").first).to_be_visible()


def test_from_the_cart_page_to_the_order_history(page: Page) -> None:
    page.goto("/")
    in_stock(page.get_by_test_id("card")).first.get_by_test_id("add-to-cart").click()
    expect(page.get_by_test_id("cart-drawer").get_by_test_id("cart-line")).to_have_count(1)
    page.goto("/cart")
    page.get_by_test_id("more").click()
    expect(page.get_by_test_id("quantity")).to_have_text("2")
    subtotal = page.get_by_test_id("subtotal").inner_text()
    page.get_by_test_id("checkout").click()
    expect(heading(page)).to_contain_text("Thank you")
    expect(page.get_by_test_id("total")).to_have_text(subtotal)
    number = page.get_by_test_id("order-id").inner_text()
    page.get_by_role("link", name="Your orders").first.click()
    expect(page.get_by_test_id("order")).to_have_count(1)
    expect(page.get_by_test_id("order")).to_contain_text(number)


def test_an_experiments_page_counts_this_visit(page: Page) -> None:
    page.goto("/")
    product = page.get_by_test_id("card").first.get_attribute("data-product")
    page.goto(f"/product/{product}")
    page.get_by_test_id("tile").first.click()
    page.goto("/experiments")
    page.get_by_role("link", name=str(EXPERIMENT["name"])).click()
    expect(page.get_by_test_id("verdict")).not_to_be_empty()
    expect(page.get_by_test_id("chart").locator("circle").first).to_be_attached()
    expect(page.get_by_test_id("rates").locator("tbody tr")).to_have_count(2)


@pytest.mark.parametrize("page", ["desktop"], indirect=True)
def test_the_json_api_can_be_tried(page: Page) -> None:
    page.goto("/docs")
    page.get_by_test_id("try").click()
    operation = page.locator(".opblock").filter(has_text="/healthz")
    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(
        operation.locator(".live-responses-table .response .response-col_status").first
    ).to_contain_text("200")


def test_a_page_that_is_not_there_leads_back(page: Page) -> None:
    page.goto("/nothing")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")
    page.get_by_role("link", name="AllStore, home").click()
    expect(heading(page)).to_be_visible()
