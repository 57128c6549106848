"""The index by user of an imported part, against sorting the rows in plain Python."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.data import user_index
from aisle.data.interactions import Interactions
from aisle.data.user_index import write_index

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=4)
ROW = st.tuples(TEXT, TEXT, st.sampled_from(["View", "view", "Buy", None]), st.integers(0, 9))


@pytest.mark.parametrize("rows_at_once", [3, 1000])
@given(rows=st.lists(ROW, min_size=1, max_size=30))
def test_each_user_has_its_rows_by_time_and_then_as_they_came(
    tmp_path_factory: pytest.TempPathFactory,
    rows_at_once: int,
    rows: list[tuple[str, str, str | None, int]],
) -> None:
    folder = tmp_path_factory.mktemp("index")
    names = ["USER_ID", "ITEM_ID", "EVENT_TYPE", "TIMESTAMP"]
    pl.DataFrame(rows, schema=names, orient="row").write_parquet(folder / "part.parquet")
    (folder / "out").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(user_index, "_ROWS_AT_ONCE", rows_at_once)
        write_index(folder / "part.parquet", folder / "out")
    found = Interactions.load(folder / "out")
    assert set(found.users) == {row[0] for row in rows}
    for code, user in enumerate(found.users):
        part = found.rows_of(code)
        events = [
            (found.items[item], found.event_types[kind], time)
            for item, kind, time in zip(
                found.item[part], found.event_type[part], found.timestamp[part], strict=True
            )
        ]
        of_user = [(r[1], (r[2] or "").lower(), r[3]) for r in rows if r[0] == user]
        assert events == sorted(of_user, key=lambda event: event[2])


def test_a_part_without_event_types_has_the_empty_one(tmp_path: Path) -> None:
    frame = pl.DataFrame({"USER_ID": ["u"], "ACTION_ID": ["a"], "TIMESTAMP": [1]})
    frame.write_parquet(tmp_path / "part.parquet")
    write_index(tmp_path / "part.parquet", tmp_path)
    found = Interactions.load(tmp_path)
    assert (list(found.items), found.event_types) == (["a"], ("",))
