"""Trends against plain loops over events, and shops in which one item takes off."""

import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aisle.recipes.base import Config, Query, TrainingData
from aisle.recipes.registry import recipes
from aisle.recipes.training import train
from aisle.recipes.trending import TrendModel
from tests.recipes.sample import of_events, quiet

RECIPE = recipes()["aws-trending-now"]
SECONDS = {
    "30 minutes": 1800,
    "1 hour": 3600,
    "2 hours": 7200,
    "3 hours": 10_800,
    "1 day": 86_400,
}
Happened = tuple[str, str, int, str]


def trained(events: list[Happened], frequency: str = "2 hours") -> TrendModel:
    config = Config(features={"trend_discovery_frequency": frequency})
    model = RECIPE.fit(TrainingData(of_events(events)), config, quiet)
    assert isinstance(model, TrendModel)
    return model


def ranked(model: TrendModel, now: float) -> list[str]:
    scores = model.score(Query(np.empty(0, np.int32), np.empty(0, np.int64), now))
    assert scores.sum() == pytest.approx(1, abs=1e-5)
    return [model.items[int(code)] for code in np.argsort(-scores, kind="stable")]


def visits(events: list[Happened], period: float) -> list[tuple[str, int]]:
    """Item and time of each event that counts."""
    latest: dict[tuple[str, str], int] = {}
    counted = []
    for user, item, time, _ in sorted(events, key=lambda event: event[2]):
        if time - latest.get((user, item), -(10**9)) >= period:
            counted.append((item, time))
        latest[user, item] = time
    return counted


EVENTS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(["i", "j", "k"]),
        st.integers(10**6, 10**6 + 100_000),
        st.just("View"),
    ),
    min_size=1,
    max_size=20,
)


@given(events=EVENTS, later=st.integers(-5000, 20_000), frequency=st.sampled_from(list(SECONDS)))
def test_growth_is_the_rate_lately_over_the_usual_one_both_shrunk(
    events: list[Happened], later: int, frequency: str
) -> None:
    period = SECONDS[frequency]
    newest = max(time for _, time in visits(events, period))
    now = newest + later
    asked = min(max(now, newest), newest + period)
    model = trained(events, frequency)
    lately = dict.fromkeys(model.items, 0.0)
    usual = dict.fromkeys(model.items, 0.0)
    for item, time in visits(events, period):
        lately[item] += 0.5 ** ((asked - time) / period)
        usual[item] += 0.5 ** ((asked - time) / (24 * period)) / 24
    level = (50 + sum(lately.values())) / (50 + sum(usual.values()))
    expected = [
        (1 + lately[item] - math.sqrt(1 + lately[item])) / (1 + level * usual[item])
        for item in model.items
    ]
    assert model.rates.growth(now) == pytest.approx(expected, rel=1e-9)


def shop(period: int, seed: int = 3) -> tuple[list[Happened], int]:
    """Three bestsellers, ten items of little demand, and one of them takes off in the end."""
    chance = np.random.default_rng(seed)
    start, end = 10**9, 10**9 + 100 * period
    events: list[Happened] = []

    def arrive(item: str, rate: float, since: int) -> None:
        count = int(chance.poisson(rate * (end - since) / period))
        for time in chance.integers(since, end, count).tolist():
            events.append((f"u{len(events)}", item, time, "View"))

    for number in range(3):
        arrive(f"best-{number}", 100, start)
    for number in range(10):
        arrive(f"rare-{number}", 1, start)
    arrive("rare-7", 12, end - period)
    return events, end


@pytest.mark.parametrize("frequency", SECONDS)
def test_an_item_that_takes_off_comes_before_bestsellers_and_they_before_the_rest(
    frequency: str,
) -> None:
    events, end = shop(SECONDS[frequency])
    model = trained(events, frequency)
    assert ranked(model, end)[0] == "rare-7"
    assert model.rates.growth(end)[model.items.find("rare-7")] > 1.5
    steady = [model.rates.growth(end)[model.items.find(f"best-{n}")] for n in range(3)]
    assert max(steady) < 1.2
    assert {f"best-{n}" for n in range(3)} <= set(ranked(model, end)[:6])


def test_of_data_that_ended_long_ago_time_counts_from_its_end() -> None:
    events, end = shop(7200)
    model = trained(events)
    assert ranked(model, end + 10**9) == ranked(model, end + 7200)
    assert ranked(model, end + 10**9)[0] == "rare-7"


def test_one_user_who_comes_again_and_again_makes_no_trend() -> None:
    events, end = shop(7200)
    events += [("fan", "rare-2", end - number, "View") for number in range(500)]
    assert ranked(trained(events), end)[0] == "rare-7"


def test_those_who_come_back_are_counted_by_a_training() -> None:
    end = 10**9
    events = [(f"fan-{n}", "x", end - 20 * 86_400, "View") for n in range(60)]
    events += [(f"fan-{n}", "x", end - n, "View") for n in range(60)]
    events += [(f"u{n}", f"y{n % 20}", end - n * 600, "View") for n in range(1000)]
    whole = train(RECIPE, TrainingData(of_events(events)), Config(), quiet).model
    assert isinstance(whole, TrendModel)
    assert ranked(whole, end)[0] == "x"


def test_an_event_that_is_yet_to_come_is_one_of_now() -> None:
    now = int(datetime.now(UTC).timestamp())
    events = [(f"u{n}", f"y{n % 20}", now - n * 600, "View") for n in range(1000)]
    events += [(f"new-{n}", "x", now - n, "View") for n in range(60)]
    early = ("early", "y3", now + 10 * 365 * 86_400, "View")
    assert ranked(trained([*events, early]), now)[0] == "x"


def test_before_1970_is_a_time_as_any_other() -> None:
    events, end = shop(7200)
    earlier = [(user, item, when - 2 * 10**9, kind) for user, item, when, kind in events]
    assert ranked(trained(earlier), end - 2 * 10**9) == ranked(trained(events), end)


def test_what_is_saved_scores_the_same(tmp_path: Path) -> None:
    events, end = shop(1800)
    model = trained(events, "30 minutes")
    model.save(tmp_path)
    assert ranked(TrendModel.load(tmp_path), end) == ranked(model, end)


def test_a_frequency_that_the_service_has_not_is_refused() -> None:
    with pytest.raises(ValueError, match="trend_discovery_frequency must be one of 30 minutes"):
        RECIPE.check_features({"trend_discovery_frequency": "1 week"})
