from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from allstore.experiments.assignment import assigned, point, takes_part
from allstore.experiments.configuration import Experiment, Kind, Variation

SHARES = st.lists(st.integers(1, 9), min_size=2, max_size=5)


def experiment(shares: Sequence[float], name: str = "home", **more: object) -> Experiment:
    variations = tuple(
        Variation(f"v{number}", "for-you", share) for number, share in enumerate(shares)
    )
    return Experiment(name, "home", Kind.AB, variations, **more)  # type: ignore[arg-type]


@settings(max_examples=20)
@given(SHARES, st.text(max_size=12))
def test_a_unit_is_always_assigned_to_the_same_variation(shares: list[int], unit: str) -> None:
    assert assigned(experiment(shares), unit) == assigned(experiment(shares), unit)


@pytest.mark.parametrize("shares", [[1.0, 1.0], [1.0, 3.0], [5.0, 3.0, 2.0]])
def test_units_fall_to_the_variations_in_their_shares(shares: list[float]) -> None:
    counted = experiment(shares)
    units = 4000
    seen = Counter(assigned(counted, f"visit-{number}").name for number in range(units))
    expected = [share * units for share in counted.shares]
    observed = [seen[variation.name] for variation in counted.variations]
    assert stats.chisquare(observed, expected).pvalue > 0.001


def test_experiments_and_salts_draw_independently() -> None:
    units = [f"visit-{number}" for number in range(2000)]
    names = [experiment([1, 1]), experiment([1, 1], "other"), experiment([1, 1], salt="again")]
    draws = [[assigned(each, unit).name for unit in units] for each in names]
    for other in draws[1:]:
        same = sum(a == b for a, b in zip(draws[0], other, strict=True))
        assert stats.binomtest(same, len(units)).pvalue > 0.001


def test_traffic_is_the_share_that_takes_part_and_says_nothing_of_the_variation() -> None:
    part = experiment([1, 1], traffic=0.3)
    units = [f"visit-{number}" for number in range(4000)]
    inside = [unit for unit in units if takes_part(part, unit)]
    assert stats.binomtest(len(inside), len(units), 0.3).pvalue > 0.001
    first = sum(assigned(part, unit).name == "v0" for unit in inside)
    assert stats.binomtest(first, len(inside)).pvalue > 0.001


def test_points_are_uniform() -> None:
    points = [point(experiment([1, 1]), "variation", str(number)) for number in range(2000)]
    assert all(0 <= each < 1 for each in points)
    assert stats.kstest(points, "uniform").pvalue > 0.001
