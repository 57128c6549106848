"""Why a product stands in a list."""

from allstore.catalog.models import Product
from allstore.shop.reasons import reason_of
from allstore.shop.recommendations import FOR_YOU, TRENDING, Answer
from shopfront import PRODUCTS, Browser, StandInEngine

NONE = "\N{EN DASH}"
NAMES = {product.id: product.name for product in PRODUCTS}


def panel(page: str) -> str:
    """The home list's."""
    return page.split('data-testid="why"')[1].split("</details>", maxsplit=1)[0]


def test_a_row_says_what_the_engine_does() -> None:
    answer = Answer(
        FOR_YOU,
        ("a", "b", "c", "d"),
        promoted=frozenset({"a"}),
        reasons={"b": ("Exploration",), "c": ("Popular item",)},
    )
    assert [reason_of(answer, each) for each in answer.product_ids] == [
        "promoted by the shop",
        "exploration: few know it yet",
        "popular",
        "suits what you did",
    ]
    assert reason_of(Answer(TRENDING, ("a",)), "a") == "popular: viewed by many"
    assert reason_of(Answer("my-recipe", ("a",)), "a") == "by my-recipe"


def test_the_engines_reasons_and_scores_come_through(
    browser: Browser, engine: StandInEngine
) -> None:
    engine.told = {"p00": {"reason": ["Exploration"], "score": 0.25}}
    told = panel(browser.get("/").text)
    assert f"<td>{NAMES['p00']}</td><td>exploration: few know it yet</td><td>0.2500</td>" in told
    assert f"<td>{NAMES['p01']}</td><td>popular: viewed by many</td><td>{NONE}</td>" in told
    assert "Answer <code>RID-1</code>" in told


def test_what_is_like_a_viewed_product_is_there_because_of_it(browser: Browser) -> None:
    """Of an item the next ones by number are similar, the item first."""
    browser.get("/product/p20")
    browser.get("/product/p05")
    ids = ["p07", "p21", "p20", "p02"]
    answer = browser.get(f"/why?ids={' '.join(ids)}").text
    told = answer.split('data-testid="because"')[1].split("</ul>")[0]
    assert [told.count(f">{NAMES[one]}: because you viewed") for one in ids] == [1, 1, 1, 0]
    assert f"{NAMES['p20']}: because you viewed it" in told
    assert _source(told, "p07") == "p05"
    assert _source(told, "p21") == "p20"
    part = browser.get(f"/why?ids={' '.join(ids)}", headers={"HX-Request": "true"}).text
    assert part.strip() == f'<ul class="because" data-testid="because">{told.split(">", 1)[1]}</ul>'


def test_nothing_is_because_of_a_visit_without_views(
    browser: Browser, engine: StandInEngine
) -> None:
    assert "None of them is much like" in browser.get("/why?ids=p01").text
    browser.get("/product/p05")
    engine.fails_with = "ThrottlingException"
    assert f"{NAMES['p05']}: because you viewed it" in browser.get("/why?ids=p05 p06").text
    assert "None of them is much like" in browser.get("/why?ids=p06").text
    assert browser.get("/why").status_code == 200


def test_a_personal_list_asks_when_its_panel_is_opened(browser: Browser) -> None:
    assert "/why?ids=" not in panel(browser.get("/").text)
    browser.get("/product/p05")
    told = panel(browser.get("/").text)
    assert 'hx-trigger="toggle from:closest details once"' in told
    assert "/why?ids=p" in told


def _source(told: str, product_id: str) -> str:
    """The viewed product that a line names."""
    line = told.split(f">{NAMES[product_id]}: because you viewed")[1].split("</li>", maxsplit=1)[0]
    named = [product for product in PRODUCTS if f">{product.name}</a>" in line]
    found: Product = named[0]
    return found.id
