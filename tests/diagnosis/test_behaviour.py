"""The numbers behind the plots, against other ways to get them."""

from datetime import UTC, datetime, timedelta

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from aisle.diagnosis import Diagnosis, Inputs, diagnose
from aisle.diagnosis.behaviour import gini, rank_frequency
from broken import put
from healthy import NOW, START, WEEK, events, healthy, schema_with

COUNTS = st.lists(st.integers(1, 1000), min_size=3, max_size=50)


def of(frame: pl.DataFrame) -> Diagnosis:
    return diagnose(Inputs(interactions=frame.lazy(), now=NOW))


@given(COUNTS)
def test_gini_is_the_mean_difference_over_twice_the_mean(counts: list[int]) -> None:
    values = np.array(counts)
    apart = np.abs(values[:, None] - values[None, :]).mean()
    assert gini(values) == pytest.approx(apart / (2 * values.mean()), abs=1e-9)


@given(COUNTS)
def test_the_top_tenth_has_a_share_between_its_number_and_all(counts: list[int]) -> None:
    shape = rank_frequency(np.array(counts))
    assert shape is not None
    assert round(0.1 * len(counts)) / len(counts) <= shape.top_tenth + 1e-9 <= 1 + 1e-9


def test_a_power_law_is_found_again() -> None:
    shape = rank_frequency((1e6 * np.arange(1, 1001) ** -0.8).astype(np.int64))
    assert shape is not None
    assert shape.slope == pytest.approx(-0.8, abs=0.01)
    assert shape.r_squared > 0.999


def test_uniform_sampling_shows_no_variation_of_popularity() -> None:
    counts = np.random.default_rng(1).multinomial(100_000, np.full(1000, 0.001))
    shape = rank_frequency(counts)
    assert shape is not None
    assert shape.variation < 0.002


def test_the_distance_of_two_weeks_is_that_of_jensen_and_shannon_for_many_events() -> None:
    draw = np.random.default_rng(2)
    size, shares = 60_000, [draw.dirichlet(np.ones(20)) for _ in range(2)]
    item = np.concatenate([draw.choice(20, size, p=share) for share in shares])
    time = START + np.concatenate([draw.integers(0, WEEK, size) + WEEK * at for at in range(2)])
    user = draw.integers(0, 500, 2 * size)
    periods = of(events(user.tolist(), item.tolist(), time.tolist())).series.periods
    assert periods is not None
    assert periods.distance[1] == pytest.approx(
        jensenshannon(shares[0].tolist(), shares[1].tolist(), 2), abs=0.01
    )


def test_two_samples_of_one_distribution_are_hardly_apart() -> None:
    draw = np.random.default_rng(3)
    item, user = draw.integers(0, 90, 2000), draw.integers(0, 500, 2000)
    time = START + np.sort(draw.integers(0, 2 * WEEK, 2000))
    periods = of(events(user.tolist(), item.tolist(), time.tolist())).series.periods
    assert periods is not None
    assert periods.distance[1] == pytest.approx(0, abs=0.1)


def test_an_empty_week_stands_between_others() -> None:
    periods = of(events([1, 1], [1, 2], [START, START + 2 * WEEK])).series.periods
    assert periods is not None
    assert periods.events == (1, 0, 1)
    assert periods.distance == (None, None, None)


def test_months_take_the_place_of_weeks_for_more_than_two_years() -> None:
    periods = of(events([1, 1], [1, 2], [START - 150 * WEEK, START])).series.periods
    assert periods is not None
    assert periods.width == "month"


def test_a_pause_of_half_an_hour_ends_a_session() -> None:
    time = [START, START + 1800, START + 3601, START + 10]
    activity = of(events([1, 1, 1, 2], [1, 2, 3, 1], time)).series.activity
    assert activity is not None
    assert (activity.sessions, activity.median_gap) == (3, 1800)


def test_hours_of_the_week_begin_on_monday_in_utc() -> None:
    friday = datetime(2024, 5, 3, 17, 30, tzinfo=UTC)
    hours = of(events([1], [1], [int(friday.timestamp())])).series.week_hours
    assert hours[4][17] == sum(map(sum, hours)) == 1


def test_users_are_counted_by_powers_of_two() -> None:
    user = [1] * 1 + [2] * 3 + [3] * 4
    series = of(events(user, list(range(8)), list(range(START, START + 8)))).series
    assert series.activity is not None
    assert series.activity.bins == ("1", "2-3", "4-7")
    assert series.activity.users == (1, 1, 1)


def test_rows_in_another_order_give_the_same_diagnosis() -> None:
    shop = healthy()
    shuffled = shop.interactions.sample(fraction=1, shuffle=True, seed=5)
    straight = diagnose(shop.inputs())
    other = of(shuffled)
    assert other.series.rank_frequency == straight.series.rank_frequency
    assert other.series.periods == straight.series.periods
    assert other.summary == straight.summary


def test_typed_columns_are_read_as_text_is() -> None:
    frame = healthy().interactions
    typed = frame.with_columns(pl.col("TIMESTAMP").cast(pl.Int64), EVENT_VALUE=pl.lit(1.5))
    assert of(typed).summary == of(frame).summary


def test_a_frame_without_a_key_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="interactions have no column TIMESTAMP"):
        of(healthy().interactions.drop("TIMESTAMP"))


@pytest.mark.parametrize("time", ["", "soon", "-9223372036854775808", "9223372036854775807", "0"])
def test_times_that_are_all_bad_still_give_a_diagnosis(time: str) -> None:
    found = of(healthy().interactions.with_columns(TIMESTAMP=pl.lit(time)))
    assert found.findings[0].severity in {"error", "warning"}


TYPED = {"boolean": ("yes", "true"), "int": ("2147483648", "7"), "float": ("inf", "0.5")}


@pytest.mark.parametrize("kind", TYPED)
def test_values_are_held_to_the_type_that_the_schema_says(kind: str) -> None:
    schema = schema_with("Users", {"name": "EXTRA", "type": kind})
    shop = msgspec.structs.replace(healthy(), schemas=(schema,))
    told = [
        "values-not-of-type" in {one.id for one in diagnose(changed.inputs()).of("error")}
        for changed in (put(shop, "users", EXTRA=pl.lit(value)) for value in TYPED[kind])
    ]
    assert told == [True, False]


def test_a_future_event_is_told_with_its_row() -> None:
    late = str(int((datetime.fromtimestamp(NOW, UTC) + timedelta(days=30)).timestamp()))
    frame = pl.concat([healthy().interactions, healthy().interactions.head(1)])
    time = pl.when(pl.int_range(pl.len()) == 3).then(pl.lit(late)).otherwise("TIMESTAMP")
    finding = next(
        one
        for one in of(frame.with_columns(TIMESTAMP=time)).findings
        if one.id == "timestamps-in-future"
    )
    assert (finding.measured, finding.examples) == (1, (f"row 4: '{late}'",))
