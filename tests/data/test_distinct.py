import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aisle.data.distinct import distinct


@given(st.lists(st.integers(-5, 5) | st.integers(-(2**62), 2**62)))
def test_the_distinct_keys_ascend(keys: list[int]) -> None:
    assert distinct(np.array(keys, np.int64)).tolist() == sorted(set(keys))
