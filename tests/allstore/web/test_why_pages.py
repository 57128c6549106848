"""Why a product stands in a list."""

import html
import re

import msgspec

from allstore.shop.reasons import reason_of
from allstore.shop.recommendations import FOR_YOU, TRENDING, Answer
from allstore.shop.settings import Settings
from shopfront import PRODUCTS, Browser, Open, StandInEngine, write_catalogue

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
    assert reason_of(Answer(FOR_YOU, ("a",)), "filled-in") == "popular"
    assert reason_of(Answer(FOR_YOU, warning="It does not answer."), "stands-in") == "popular"


def test_the_engines_reasons_and_scores_come_through(
    browser: Browser, engine: StandInEngine
) -> None:
    engine.told = {"p00": {"reason": ["Exploration"], "score": 0.25}}
    told = panel(browser.get("/").text)
    assert f"<td>{NAMES['p00']}</td><td>exploration: few know it yet</td><td>0.2500</td>" in told
    assert f"<td>{NAMES['p01']}</td><td>popular: viewed by many</td><td>{NONE}</td>" in told
    assert "Answer <code>RID-1</code>" in told


def because(page: str) -> dict[str, list[str]]:
    """By the name of a viewed product the ids of those that are there because of it."""
    lines = page.split('data-testid="because"')[1].split("</ul>", maxsplit=1)[0].split("<li>")[1:]
    return {
        line.split("</a>")[0].rpartition(">")[2]: re.findall(r'data-product="([^"]+)"', line)
        for line in lines
    }


def test_what_is_like_a_viewed_product_is_there_because_of_it(browser: Browser) -> None:
    """Of an item the next ones by number are similar."""
    browser.get("/product/p20")
    browser.get("/product/p05")
    asked = {"id": ["p07", "p21", "p20", "p02"]}
    expected = {NAMES["p05"]: ["p07"], NAMES["p20"]: ["p21", "p20"]}
    assert because(browser.get("/why", params=asked).text) == expected
    part = browser.get("/why", params=asked, headers={"HX-Request": "true"}).text
    assert part.startswith("<ul")
    assert because(part) == expected
    assert '<span data-product="p20">itself</span>' in part


def test_nothing_is_because_of_a_visit_without_views(
    browser: Browser, engine: StandInEngine
) -> None:
    assert "None of them is much like" in browser.get("/why?id=p01").text
    browser.get("/product/p05")
    engine.fails_with = "ThrottlingException"
    assert because(browser.get("/why?id=p05&id=p06").text) == {NAMES["p05"]: ["p05"]}
    assert "None of them is much like" in browser.get("/why?id=p06").text
    assert browser.get("/why").status_code == 200


def test_an_engine_that_fails_is_asked_once(browser: Browser, engine: StandInEngine) -> None:
    for product in ("p05", "p06", "p07"):
        browser.post(f"/view/{product}")
    calls, engine.silent = engine.calls, True
    page = browser.get("/why?id=p05&id=p06&id=p07&id=p08")
    assert because(page.text) == {NAMES[each]: [each] for each in ("p05", "p06", "p07")}
    assert engine.calls == calls + 1


def test_a_personal_list_asks_when_its_panel_is_opened(browser: Browser) -> None:
    assert "/why?id=" not in panel(browser.get("/").text)
    browser.get("/product/p05")
    told = panel(browser.get("/").text)
    assert 'hx-trigger="toggle from:closest details once"' in told
    assert "/why?id=p" in told


def test_an_id_with_a_space_is_asked_for_whole(settings: Settings, open_shop: Open) -> None:
    spaced = msgspec.structs.replace(PRODUCTS[5], id="BANK CHARGES", featured=True)
    write_catalogue(settings.data_dir, (*PRODUCTS[:5], spaced, *PRODUCTS[6:]))
    browser = open_shop(settings)
    browser.get("/product/BANK CHARGES")
    told = panel(browser.get("/?category=tools").text)
    asked = re.search(r'hx-get="(/why\?[^"]+)"', told)
    assert asked
    assert "BANK CHARGES" in because(browser.get(html.unescape(asked[1])).text)["Thing 05"]
