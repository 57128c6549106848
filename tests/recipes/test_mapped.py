from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from aisle.recipes import mapped
from tests.recipes.sample import named, walks

ARRAYS = st.lists(
    arrays.arrays(
        st.sampled_from([np.uint8, np.int32, np.float64]),
        arrays.array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=5),
        elements=st.integers(0, 9),
    ),
    max_size=4,
)


@settings(deadline=None, max_examples=30)
@given(ARRAYS, st.text())
def test_what_is_read_is_what_was_written(many: list[np.ndarray], text: str) -> None:
    with TemporaryDirectory() as folder:
        mapped.write(Path(folder) / "file", (many, text))
        read, said = mapped.read(Path(folder) / "file")
        assert said == text
        assert [one.dtype for one in read] == [one.dtype for one in many]
        for one, other in zip(read, many, strict=True):
            np.testing.assert_array_equal(one, other)


def test_one_who_changes_an_array_changes_it_for_himself(tmp_path: Path) -> None:
    mapped.write(tmp_path / "file", walks(users=50))
    first, second = (mapped.read(tmp_path / "file") for _ in range(2))
    before = second.item.copy()
    first.item[:] = 7
    np.testing.assert_array_equal(second.item, before)


def test_events_and_catalogues_can_be_mapped(tmp_path: Path) -> None:
    events = walks(users=50)
    mapped.write(tmp_path / "file", (events, named(events.items)))
    read, catalogue = mapped.read(tmp_path / "file")
    assert list(read.items) == list(events.items)
    np.testing.assert_array_equal(read.item, events.item)
    assert catalogue.traits(read.items[3]) == named(events.items).traits(read.items[3])
