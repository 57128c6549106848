"""The report: one page that needs nothing else, safe with any data, drawn in a browser."""

import re
from pathlib import Path

import msgspec
import polars as pl
import pytest
from playwright.sync_api import Browser

from aisle.charts import CHARTS
from aisle.diagnosis import Diagnosis, diagnose
from aisle.diagnosis.report import render_html
from broken import FAULTS, put
from healthy import healthy

EVIL = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def faulty() -> Diagnosis:
    """Several findings, and markup in ids and event types."""
    shop = FAULTS["heavy-users"](FAULTS["missing-keys"](healthy()))
    evil = pl.when(pl.int_range(pl.len()) % 1000 == 3).then(pl.lit(EVIL))
    return diagnose(
        put(
            put(shop, "interactions", EVENT_TYPE=evil.otherwise("EVENT_TYPE")),
            "items",
            ITEM_ID=evil.otherwise("ITEM_ID"),
        ).inputs()
    )


def test_every_finding_stands_with_its_meaning_and_advice(faulty: Diagnosis) -> None:
    page = render_html(faulty)
    for one in faulty.findings:
        if one.severity != "ok":
            assert f'id="{one.id}"' in page
            assert one.advice.split("'")[0] in page
    assert "Fix these first" in page


def test_every_check_that_passed_is_listed() -> None:
    found = diagnose(healthy().inputs())
    page = render_html(found)
    assert all(one.title.split("'")[0] in page for one in found.of("ok"))


def test_nothing_of_the_data_becomes_markup(faulty: Diagnosis) -> None:
    page = render_html(faulty, name=EVIL)
    assert "alert(1)" in page
    assert EVIL not in page
    assert "<img src=x" not in page


def test_the_page_loads_nothing(faulty: Diagnosis, tmp_path: Path) -> None:
    page = render_html(faulty, charts=tmp_path / "none.js")
    assert re.findall(r'(?:src|href)="|url\(|@import', page) == []


def test_without_the_drawing_library_the_numbers_stand_open(
    faulty: Diagnosis, tmp_path: Path
) -> None:
    page = render_html(faulty, charts=tmp_path / "none.js")
    assert "make static" in page
    assert "<script" not in page
    assert page.count("<details open>") == 6


def test_data_without_a_usable_row_has_a_report() -> None:
    nothing = msgspec.structs.replace(healthy(), interactions=healthy().interactions.clear())
    page = render_html(diagnose(nothing.inputs()))
    assert "No event is usable" in page
    assert "<dd>no time can be read</dd>" in page


def test_both_lines_of_the_drift_are_explained() -> None:
    page = render_html(diagnose(healthy().inputs()))
    assert "The second line compares the 50 most popular items of the two weeks" in page


@pytest.mark.browser
def test_columns_are_named_before_their_dataset_so_that_cut_labels_differ(
    faulty: Diagnosis, tmp_path: Path, browser: Browser
) -> None:
    (tmp_path / "report.html").write_text(render_html(faulty))
    page = browser.new_page()
    page.goto(f"file://{tmp_path}/report.html")
    labels = page.evaluate(
        "echarts.getInstanceByDom(document.querySelector('[data-chart=completeness]'))"
        ".getOption().yAxis[0].data"
    )
    page.close()
    assert {"EVENT_TYPE (interactions)", "EVENT_VALUE (interactions)"} <= set(labels)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_charts_are_drawn_and_nothing_runs_over_the_side(
    faulty: Diagnosis, tmp_path: Path, browser: Browser, width: int, scheme: str
) -> None:
    assert CHARTS.exists(), "make static brings it"
    (tmp_path / "report.html").write_text(render_html(faulty, name="shop"))
    errors: list[str] = []
    page = browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"file://{tmp_path}/report.html")
    drawn = page.locator("[data-chart] canvas").count()
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.close()
    assert (errors, drawn, overflow) == ([], 6, 0)
