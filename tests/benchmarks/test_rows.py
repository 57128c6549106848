"""Results as rows: measured again, they replace their own and no others."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.rows import Row, merged, read, write

_rows = st.lists(
    st.builds(
        Row,
        section=st.sampled_from("AB"),
        dataset=st.sampled_from(["ml-1m", "beauty"]),
        model=st.sampled_from(["aisle", "ease"]),
        metric=st.sampled_from(["hr@10", "ndcg@10"]),
        value=st.floats(0, 1),
        seconds=st.floats(0, 100),
        peak_mib=st.integers(0, 1000),
        seed=st.just(0),
        note=st.text(max_size=3),
    ),
    max_size=12,
)


@given(_rows, _rows)
def test_a_cell_measured_again_has_its_new_rows_alone(old: list[Row], new: list[Row]) -> None:
    found = merged(old, new)

    for row in new:
        assert [one for one in found if one.cell == row.cell] == [
            one for one in new if one.cell == row.cell
        ]


@given(_rows, _rows)
def test_cells_that_were_not_measured_again_stay_as_they_were(
    old: list[Row], new: list[Row]
) -> None:
    again = {row.cell for row in new}

    kept = [row for row in merged(old, new) if row.cell not in again]

    assert sorted(kept, key=repr) == sorted((row for row in old if row.cell not in again), key=repr)


@given(_rows, _rows)
def test_measuring_again_leaves_the_order_of_cells(old: list[Row], new: list[Row]) -> None:
    cells = list(dict.fromkeys(row.cell for row in [*old, *new]))

    assert list(dict.fromkeys(row.cell for row in merged(old, new))) == cells


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    rows = [Row("A", "ml-1m", "aisle", "ndcg@10", 0.2, 60.0, 500, 0, "a note")]

    write(tmp_path / "rows.json", rows)

    assert read(tmp_path / "rows.json") == rows


def test_no_file_has_no_rows(tmp_path: Path) -> None:
    assert read(tmp_path / "missing.json") == []
