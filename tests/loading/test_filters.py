from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import aisle.loading.filters
from aisle.loading import LoadError, LoadOptions
from loaded import START, Loaded, accounted, json_lines, load_in, review, reviews

pairs = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=40)


def core(rows: list[tuple[str, str]], least: int) -> list[tuple[str, str]]:
    """By removing one id after another until nothing is left to remove."""
    while True:
        users, items = Counter(u for u, _ in rows), Counter(i for _, i in rows)
        kept = [(u, i) for u, i in rows if users[u] >= least and items[i] >= least]
        if len(kept) == len(rows):
            return kept
        rows = kept


@settings(max_examples=25)
@given(pairs, st.integers(1, 3))
def test_the_core_is_what_removing_ids_one_by_one_leaves(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[int, int]], least: int
) -> None:
    rows = [(f"u{user}", f"i{item}") for user, item in events]
    folder = tmp_path_factory.mktemp("core")
    content = json_lines([review(u, i, START + n) for n, (u, i) in enumerate(rows)])
    expected = core(rows, least)
    if not expected:
        with pytest.raises(LoadError, match="No interaction is left"):
            load_in(folder, {"r": content}, core=least)
        return
    loaded = load_in(folder, {"r": content}, core=least)
    assert [(r["USER_ID"], r["ITEM_ID"]) for r in loaded.rows("interactions")] == expected
    assert loaded.file.outside_core == len(rows) - len(expected)
    assert accounted(loaded.file)


def repeats(folder: Path, *, drop: bool) -> Loaded:
    first = [review("a"), review("b"), review("a", "i2")]
    second = [review("a"), review("a"), review("c"), review("a", time=START + 1)]
    files = {"1": json_lines(first), "2": json_lines(second)}
    return load_in(folder, files, drop_duplicates=drop)


@pytest.mark.parametrize("part_rows", [2, 1_000_000])
def test_duplicates_are_counted_by_file_and_kept(
    tmp_path: Path, part_rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aisle.loading.filters, "_PART_ROWS", part_rows)
    loaded = repeats(tmp_path, drop=False)
    assert [file.duplicates for file in loaded.report.files] == [0, 2]
    assert loaded.report.interactions == 7


def test_duplicates_are_dropped_but_for_the_first(tmp_path: Path) -> None:
    loaded = repeats(tmp_path, drop=True)
    assert [row["USER_ID"] for row in loaded.rows("interactions")] == ["a", "b", "a", "c", "a"]
    assert [file.duplicates_dropped for file in loaded.report.files] == [0, 2]
    assert all(accounted(file) for file in loaded.report.files)


def test_a_time_range_has_its_first_time_and_not_its_last(tmp_path: Path) -> None:
    content = json_lines(reviews(50))
    loaded = load_in(tmp_path, {"r": content}, since=START + 10, until=START + 20)
    assert (loaded.report.first_time, loaded.report.last_time) == (START + 10, START + 19)
    assert loaded.file.outside_time == 40
    assert accounted(loaded.file)


def test_a_time_range_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="50 outside the time range"):
        load_in(tmp_path, {"r": json_lines(reviews(50))}, until=START)


def cold(folder: Path, share: float, seed: int = 0) -> Loaded:
    items = [{"asin": f"i{n}", "title": f"T{n}"} for n in range(1005)]
    files = {"r": json_lines(reviews(50)), "m": json_lines(items)}
    return load_in(folder, files, cold_items=share, seed=seed)


def test_a_share_of_cold_items_stays_with_all_used_ones(tmp_path: Path) -> None:
    loaded = cold(tmp_path, 0.01)
    kept = [row["ITEM_ID"] for row in loaded.rows("items")]
    assert kept[:5] == ["i0", "i1", "i2", "i3", "i4"]
    assert len(kept) == 15
    assert loaded.report.files[1].cold_dropped == 990
    assert accounted(loaded.report.files[1])


def test_the_seed_draws_the_cold_items(tmp_path: Path) -> None:
    drawn = [
        tuple(row["ITEM_ID"] for row in cold(tmp_path, 0.01, seed).rows("items"))
        for seed in (1, 1, 2)
    ]
    assert drawn[0] == drawn[1] != drawn[2]


@pytest.mark.parametrize(
    "wrong",
    [
        {"core": 0},
        {"cold_items": 1.5},
        {"event_type": " "},
        {"since": 5, "until": 5},
        {"until": -1},
    ],
)
def test_options_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(LoadError, match=next(iter(wrong))):
        LoadOptions(**wrong)  # type: ignore[arg-type]


def test_an_event_type_may_be_given(tmp_path: Path) -> None:
    loaded = load_in(tmp_path, {"r": json_lines([review()])}, event_type="Liked")
    assert loaded.rows("interactions")[0]["EVENT_TYPE"] == "Liked"
