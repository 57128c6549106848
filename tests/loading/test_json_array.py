import json
from collections.abc import Iterator
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.loading.json_array import cut_elements
from aisle.loading.lines import Records
from aisle.loading.notes import Notes
from aisle.loading.opening import DamagedError

awkward = st.text(st.sampled_from('",\\[]{}: \n\u00e9a'), max_size=8)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | awkward
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(awkward, inner, max_size=3),
    max_leaves=8,
)
arrays = st.lists(documents, max_size=6)
written = st.tuples(
    arrays,
    st.sampled_from([None, 1]),
    st.booleans(),
    st.integers(1, 40),
    st.sampled_from(["", "\n "]),
)


def cut(text: bytes, step: int) -> Iterator[Records]:
    return cut_elements((text[at : at + step] for at in range(0, len(text), step)), Notes())


@given(written)
def test_elements_are_what_json_reads_whatever_the_chunks(
    case: tuple[list[object], int | None, bool, int, str],
) -> None:
    array, indent, ascii_only, step, around = case
    text = (around + json.dumps(array, indent=indent, ensure_ascii=ascii_only) + around).encode()
    found = [json.loads(element) for block in cut(text, step) for element in block.texts]
    assert found == array


@given(arrays.filter(bool), st.integers(1, 40))
def test_each_element_has_the_line_on_which_it_begins(array: list[object], step: int) -> None:
    text = "[\n" + ",\n".join(json.dumps(element) for element in array) + "\n]"
    lines = [line for block in cut(text.encode(), step) for line in block.lines]
    assert lines == list(range(2, 2 + len(array)))


@given(arrays.filter(bool), st.integers(1, 40), st.data())
def test_a_cut_array_is_damaged_and_keeps_what_came_before(
    array: list[object], step: int, data: st.DataObject
) -> None:
    text = json.dumps(array)
    end = data.draw(st.integers(1, len(text) - 1))
    found: list[bytes] = []
    with pytest.raises(DamagedError, match="not closed"):
        found.extend(chain.from_iterable(b.texts for b in cut(text[:end].encode(), step)))
    complete = sum(
        text[:end].startswith(json.dumps(array[:count])[:-1] + ",")
        for count in range(1, len(array))
    )
    assert [json.loads(element) for element in found[:complete]] == array[:complete]
    assert len(found) <= complete + 1


def test_text_behind_the_array_is_damage() -> None:
    with pytest.raises(DamagedError, match="behind the end"):
        list(cut(b"[1] 2", 100))
