"""Whom the first look asks for, and what it calls the items."""

from pathlib import Path

from aisle.provisioning.first_look import titles_of, visitor_of
from sample import write_interactions


def test_the_visitor_is_whoever_took_most_items_and_newest_come_first(tmp_path: Path) -> None:
    rows: list[tuple[str, ...]] = [
        ("dull", "a", "View", "5"),
        *[("dull", "a", "View", str(time)) for time in range(6, 20)],
        ("keen", "a", "View", "3"),
        ("keen", "b", "View", "2"),
        ("keen", "b", "View", "9"),
        ("keen", "c", "View", "9"),
    ]
    visitor = visitor_of(write_interactions(tmp_path / "interactions.csv", rows))
    assert visitor.user == "keen"
    assert visitor.items == ("c", "b", "a")


def test_all_that_the_visitor_took_is_known_wherever_it_stands(tmp_path: Path) -> None:
    rows: list[tuple[str, ...]] = [
        *[("keen", f"i{n}", "View", str(n)) for n in range(5)],
        *[(f"user-{n}", "a", "View", "1") for n in range(25_000)],
        ("keen", "last", "View", "99"),
    ]
    visitor = visitor_of(write_interactions(tmp_path / "interactions.csv", rows))
    assert visitor.items == ("last", "i4", "i3", "i2", "i1", "i0")


def test_titles_are_read_from_the_column_that_says_most(tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_text('ITEM_ID,DESCRIPTION,Title\na,long,"One, two"\nb,longer,\nc,more,Three\n')
    assert titles_of(items, ["a", "b"]) == {"a": "One, two"}


def test_long_titles_are_cut_and_lines_joined(tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    items.write_text('ITEM_ID,NAME\na,"' + "word\n" * 30 + '"\n')
    title = titles_of(items, ["a"])["a"]
    assert title.startswith("word word")
    assert title.endswith("…")
    assert len(title) == 60


def test_no_titles_are_found_without_such_a_column_or_file(tmp_path: Path) -> None:
    items = tmp_path / "items.csv"
    assert titles_of(items, ["a"]) == {}
    items.write_text("ITEM_ID,PRICE\na,1\n")
    assert titles_of(items, ["a"]) == {}
