from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.data.ids import IdIndex

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)


@given(st.lists(_TEXT))
def test_ids_are_distinct_and_in_order_of_their_bytes(ids: list[str]) -> None:
    assert list(IdIndex.of(ids)) == sorted(set(ids), key=str.encode)


@given(st.lists(_TEXT), _TEXT)
def test_find_is_the_position_or_minus_one(ids: list[str], other: str) -> None:
    index = IdIndex.of(ids)
    expected = sorted(set(ids), key=str.encode)
    for value in [*ids, other]:
        assert index.find(value) == (expected.index(value) if value in expected else -1)


@given(st.lists(_TEXT, min_size=1), st.slices(6))
def test_slices_and_negative_positions_are_those_of_a_list(ids: list[str], part: slice) -> None:
    index = IdIndex.of(ids)
    assert index[part] == list(index)[part]
    assert index[-1] == list(index)[-1]
    with pytest.raises(IndexError):
        index[len(index)]


@pytest.mark.parametrize("ids", [["b", "a", "ü"], [""], []])
def test_what_is_saved_is_loaded(ids: list[str], tmp_path: Path) -> None:
    IdIndex.of(ids).save(tmp_path, "users")
    loaded = IdIndex.load(tmp_path, "users")
    assert list(loaded) == sorted(ids, key=str.encode)
    assert [loaded.find(value) for value in loaded] == list(range(len(ids)))
