"""Who reaches what when."""

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.rows import Row
from benchmarks.training.times import OF_ITS_OWN, POINT, YARDSTICK, against_yardstick, seconds_to

_points = st.lists(st.tuples(st.floats(0.1, 1000), st.floats(0.01, 1)), min_size=1, max_size=8)


def curve(model: str, points: list[tuple[float, float]]) -> list[Row]:
    return [
        Row("E", "ml-1m", model, f"{POINT}epoch {number}", value, seconds, 1, 0, "")
        for number, (seconds, value) in enumerate(points, 1)
    ]


@given(_points, st.floats(0.01, 1))
def test_a_quality_is_reached_at_its_first_point_and_not_before(
    points: list[tuple[float, float]], ndcg: float
) -> None:
    found = seconds_to(curve("aisle", points), ndcg)

    assert all(value < ndcg for seconds, value in points if found is None or seconds < found)
    assert found is None or (found, True) in {(s, value >= ndcg) for s, value in points}


def test_what_is_never_reached_has_no_row() -> None:
    rows = [*curve(YARDSTICK, [(100, 0.2)]), *curve("ease", [(1, 0.05)])]

    assert [row for row in against_yardstick(rows) if row.model == "ease"] == []


def test_the_yardstick_needs_all_of_its_own_time() -> None:
    found = against_yardstick(curve(YARDSTICK, [(100, 0.2), (200, 0.3), (300, 0.25)]))

    assert [row.value for row in found if row.metric == OF_ITS_OWN] == [1.0]


def test_without_the_yardstick_nothing_is_compared() -> None:
    assert against_yardstick(curve("aisle", [(10, 0.2)])) == []
