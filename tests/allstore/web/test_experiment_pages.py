import html
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from allstore.shop.database import connect, experiment_participants, exposures
from allstore.shop.settings import Settings
from allstore.web import create_app
from shopfront import Browser, Open, StandInEngine
from tests.allstore.web.test_home import cards, heading

VARIATIONS = [
    {"name": "crowd", "recommender": "trending"},
    {"name": "taste", "recommender": "for-you"},
]


def set_up(settings: Settings, kind: str, **more: Any) -> Settings:
    experiment = {"name": "home-test", "feature": "home", "kind": kind, "variations": VARIATIONS}
    document = {"experiments": [experiment | more]}
    (settings.data_dir / "experiments.json").write_text(json.dumps(document))
    return settings


def text(page: str, testid: str) -> str:
    found = re.search(rf'data-testid="{testid}">(.*?)</(?:table|p)>', page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def link_of(page: str, source: str) -> str:
    """Where the first tile of a list leads."""
    found = re.search(rf'<a class="tile"[^>]*data-source="{source}"[^>]*href="([^"]+)"', page)
    assert found
    return html.unescape(found[1])


def rows(settings: Settings, table: Any) -> list[Any]:
    engine = connect(settings.sqlalchemy_url())
    with engine.connect() as connection:
        found = list(connection.execute(table.select()))
    engine.dispose()
    return found


def unseen(browser: Browser, path: str) -> None:
    """Ask for a page's headers alone, and for the page ahead of time."""
    assert browser.http.head(path).status_code == 200
    assert browser.get(path, headers={"Sec-Purpose": "prefetch"}).status_code == 503


def test_without_experiments_the_page_says_how_to_set_one_up(browser: Browser) -> None:
    page = browser.get("/experiments")
    assert "experiments.json" in page.text
    assert browser.get("/experiments/nothing").status_code == 404


def test_other_pages_do_not_import_scipy(tmp_path: Path) -> None:
    """In a process of its own: here the oracles of other tests have imported it."""
    program = (
        "import sys; from allstore.web import create_app; from allstore.shop.settings import "
        f"Settings; create_app(Settings(data_dir={str(tmp_path)!r})); "
        "sys.exit('scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_visits_are_split_over_the_variations_and_stay_with_theirs(
    settings: Settings, open_shop: Open
) -> None:
    first = open_shop(set_up(settings, "ab"))
    seen = set()
    for _ in range(12):
        first.http.cookies.clear()
        lists = [tuple(cards(first.get("/"))), tuple(cards(first.get("/")))]
        assert lists[0] == lists[1]
        seen.add(lists[0])
    assert len(seen) == 2
    participants = rows(settings, experiment_participants)
    assert len(participants) == 12
    assert len(rows(settings, exposures)) == 24
    page = first.get("/experiments/home-test")
    split = [sum(row.variation == name for row in participants) for name in ("crowd", "taste")]
    for name, count in zip(("crowd trending", "taste for-you"), split, strict=True):
        assert f"{name} {count} 0 0.00 %" in text(page.text, "rates")
    assert "Nobody has clicked a product of the list yet." in page.text


def test_a_click_in_the_list_is_a_success_of_its_variation(
    settings: Settings, open_shop: Open
) -> None:
    browser = open_shop(set_up(settings, "bandit"))
    home = browser.get("/")
    shown = cards(home)
    browser.open_card(home, shown[2])
    browser.post("/cart/add", product_id=shown[2], recommendation_id="RID-1")
    browser.post("/checkout")
    page = browser.get("/experiments/home-test").text
    [participant] = rows(settings, experiment_participants)
    assert f"{participant.variation} 1 1 1" in text(page, "actions")
    assert "1 1 100.00 %" in text(page, "rates")
    assert f"Only {participant.variation} has been shown so far" in text(page, "verdict")
    assert text(page, "points").count("100.00 %") == 1


def test_interleaved_lists_are_one_list_whose_items_play_for_theirs(
    settings: Settings, open_shop: Open, engine: StandInEngine
) -> None:
    browser = open_shop(set_up(settings, "interleaving"))
    home = browser.get("/")
    shown = cards(home)
    assert len(engine.asked) == 2
    assert set(shown) == {f"p{number:02}" for number in (*range(6), *range(34, 40))}
    [exposure] = rows(settings, exposures)
    assert [product for product, _ in exposure.items] == shown
    assert all(
        team == ("crowd" if product < "p20" else "taste") for product, team in exposure.items
    )
    browser.open_card(home, "p01")
    page = browser.get("/experiments/home-test").text
    assert "1 are still within their 60 minutes" in text(page, "duels")
    assert "No participant has decided between the lists yet." in text(page, "verdict")
    assert "crowd 1 0 0" in text(page, "actions")


def test_the_similar_items_of_a_product_can_be_an_experiment(
    settings: Settings, open_shop: Open, engine: StandInEngine
) -> None:
    variations = [
        {"name": "alike", "recommender": "similar"},
        {"name": "other", "recommender": "arn:aws:personalize:us-east-1:1:campaign/other"},
    ]
    set_up(settings, "interleaving", feature="similar-items", variations=variations)
    browser = open_shop(settings)
    page = browser.get("/product/p05").text
    asked = [each for each in engine.asked if each.get("campaignArn")]
    assert [each["itemId"] for each in asked] == ["p05", "p05"]
    similar = page.split('data-carousel="similar"')[1].split("</section>")[0]
    shown = re.findall(r'data-testid="tile" data-product="([^"]+)"', similar)
    [exposure] = rows(settings, exposures)
    assert [product for product, _ in exposure.items] == shown
    assert {team for _, team in exposure.items} == {"alike", "other"}
    browser.get(link_of(page, "similar"))
    team = dict(exposure.items)[shown[0]]
    assert f"{team} 1 0 0" in text(browser.get("/experiments/home-test").text, "actions")


def test_where_the_engine_fails_the_shop_is_as_without_an_experiment(
    settings: Settings, open_shop: Open, engine: StandInEngine
) -> None:
    browser = open_shop(set_up(settings, "interleaving"))
    engine.fails_with = "ThrottlingException"
    assert heading(browser.get("/")) == "Popular products"
    assert rows(settings, exposures) == []


def test_a_category_is_not_part_of_the_experiment(settings: Settings, open_shop: Open) -> None:
    browser = open_shop(set_up(settings, "ab"))
    browser.get("/?category=books")
    assert rows(settings, exposures) == []


@pytest.mark.parametrize(("feature", "path"), [("home", "/"), ("similar-items", "/product/p05")])
def test_what_nobody_looks_at_is_not_shown(
    settings: Settings, open_shop: Open, feature: str, path: str
) -> None:
    named = [{"name": name, "recommender": "arn:aws:personalize:x:1:campaign/o"} for name in "ab"]
    browser = open_shop(set_up(settings, "ab", feature=feature, variations=named))
    unseen(browser, path)
    assert rows(settings, experiment_participants) == rows(settings, exposures) == []


def test_a_broken_file_is_refused_at_the_start(settings: Settings) -> None:
    with pytest.raises(
        ValueError, match=r"experiments\[0\].feature must be one of home, similar-items"
    ):
        create_app(set_up(settings, "ab", feature="attic"))
