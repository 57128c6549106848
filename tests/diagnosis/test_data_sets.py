"""What is found in well-known data: all of it true, and nothing else."""

from pathlib import Path

import pytest

from aisle.diagnosis import diagnose_paths
from allstore.simulator import Settings, write
from broken import wrong
from real_data import by_name, data_set

EXPECTED = {
    # Raters saved a page of ratings at once.
    "ml-1m": {"tied-events": "note"},
    # The same; two films have no year but "unkonwn" and "V".
    "ml-100k": {"tied-events": "note", "numbers-mixed-with-text": "warning"},
    # Each watch is written as a click too, raters imported lists, and one year is "2006 to 2007".
    "ml-latest-small": {
        "echoed-events": "note",
        "bursts": "note",
        "numbers-mixed-with-text": "warning",
    },
    # Reviews are dated by the day.
    "amazon-beauty-2014": {"timestamps-whole-days": "note"},
    "amazon-sports-2014": {"timestamps-whole-days": "note"},
    # As above; nine in ten cards of the catalogue have no review here, three in four no price, and
    # most brands sell one or two cards.
    "amazon-gift-cards-2018": {
        "timestamps-whole-days": "note",
        "cold-items": "warning",
        "missing-values": "warning",
        "too-many-categories": "note",
    },
    # A quarter of the lines has no customer; the shop was closed at the turn of the year; the lines
    # of an invoice have its time, and large orders have hundreds.
    "online-retail": {
        "rejected-rows": "warning",
        "gaps-in-time": "warning",
        "tied-events": "note",
        "bursts": "note",
    },
}
_LONG = {"ml-1m", "amazon-sports-2014", "online-retail"}


@pytest.mark.parametrize("name", by_name(EXPECTED, _LONG))
def test_a_real_data_set_has_exactly_the_findings_that_are_true(name: str, tmp_path: Path) -> None:
    found = diagnose_paths([data_set(name)], tmp_path)
    assert wrong(found) == EXPECTED[name]


def test_a_simulated_store_has_no_finding(tmp_path: Path) -> None:
    settings = Settings(seed=1, shoppers=1500, products=800, interactions=60_000, end=1_700_000_000)
    write(settings, tmp_path / "store", processes=1)
    found = diagnose_paths([tmp_path / "store"], tmp_path)
    assert wrong(found) == {}
    assert found.summary.rows == 60_000
