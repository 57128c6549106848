import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from aisle.evaluation.ranking import place, top

_SCORES = st.lists(st.sampled_from([-np.inf, 0.0, 0.5, 1.0, 2.0]), max_size=20)


@given(_SCORES, st.integers(0, 25))
def test_top_sorts_by_score_then_code_and_leaves_out_minus_infinity(
    scores: list[float], count: int
) -> None:
    able = [code for code, score in enumerate(scores) if score > -np.inf]
    expected = sorted(able, key=lambda code: (-scores[code], code))[:count]
    assert top(np.array(scores, np.float32), count).tolist() == expected


@given(_SCORES)
def test_place_agrees_with_top(scores: list[float]) -> None:
    array = np.array(scores, np.float32)
    for expected, code in enumerate(top(array, len(scores))):
        assert place(array, int(code)) == expected
