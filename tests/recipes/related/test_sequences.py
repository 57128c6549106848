import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aisle.recipes.related.sequences import BACK, REACH, near
from tests.recipes.sample import of_sequences, quiet, walks

_EVENTS = st.tuples(st.integers(0, 5), st.sampled_from([0.25, 1.0, 3.0]))
_SEQUENCES = st.lists(st.lists(_EVENTS, min_size=1, max_size=30), min_size=1, max_size=4)


@settings(deadline=None, max_examples=50)
@given(sequences=_SEQUENCES, weighted=st.booleans())
def test_a_pair_counts_by_its_distance_and_the_product_of_its_weights(
    sequences: list[list[tuple[int, float]]], *, weighted: bool
) -> None:
    data = of_sequences([[item for item, _ in sequence] for sequence in sequences])
    if weighted:
        weight = [weight for sequence in sequences for _, weight in sequence]
        data = replace(data, weight=np.array(weight, np.float32))
    expected = np.zeros((6, 6))
    for sequence in sequences:
        for at, (one, of_one) in enumerate(sequence):
            for apart, (other, of_other) in enumerate(sequence[at + 1 : at + 1 + REACH], 1):
                counts = (of_one * of_other if weighted else 1.0) / apart
                expected[one, other] += counts
                expected[other, one] += counts * BACK
    found = near(data, quiet)
    names = [int(name[1:]) for name in data.items]
    for code, name in enumerate(names):
        codes, values = found.of(code)
        strengths = {names[other]: value for other, value in zip(codes, values, strict=True)}
        positive = {other: value for other, value in enumerate(expected[name]) if value > 0}
        positive.pop(name, None)
        assert strengths == pytest.approx(positive, rel=1e-5)


def test_weights_too_small_to_multiply_make_no_neighbours_and_no_harm() -> None:
    data = walks(users=40, items=8)
    tiny = near(replace(data, weight=np.full(len(data), 1e-30, np.float32)), quiet)
    assert all(len(tiny.of(code)[0]) == 0 for code in range(8))
