"""Settings that make no store are refused."""

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allstore.simulator import Settings, usual_shoppers
from allstore.simulator.settings import current_hour

SHARES = ("new_products", "promoted", "cold_shoppers", "explore", "resume", "accidents", "satiety")


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("seed", -1, "be 0 or more"),
        ("shoppers", 0, "lie between 1 and"),
        ("interactions", -5, "be 1 or more"),
        ("days", 0, "lie between 1 and 20000"),
        ("cold_shoppers", 1.0, "lie between 0 and 0.99"),
        ("accidents", -0.1, "lie between 0 and 1"),
        ("taste", float("nan"), "lie between 0 and 100"),
        ("offers", 21, "lie between 0 and 20"),
        ("funnel", (0.1, 1.5, 0.2, 0.1), "lie between 0 and 1"),
        ("products", 83, "be 84 or more"),
        ("end", 5, "be 74 days after 1970 or later"),
    ],
)
def test_a_bad_value_is_refused_by_name_rule_and_value(
    name: str, value: float | tuple[float, ...], rule: str
) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must {re.escape(rule)}") as refused:
        msgspec.structs.replace(Settings(), **{name: value})
    bad = 1.5 if isinstance(value, tuple) else value
    assert str(refused.value).endswith(f"not {bad}")


@given(st.sampled_from(SHARES), st.floats(allow_nan=True, allow_infinity=True))
def test_a_share_lies_between_0_and_1(name: str, value: float) -> None:
    if 0 <= value <= (0.99 if name == "cold_shoppers" else 0.9):
        assert getattr(msgspec.structs.replace(Settings(), **{name: value}), name) == value
    elif not 0 <= value <= 1:
        with pytest.raises(ValueError, match=name):
            msgspec.structs.replace(Settings(), **{name: value})


@pytest.mark.parametrize(
    ("shoppers", "interactions", "days"), [(100, 99, 74), (10, 2001, 10), (1, 15_000, 74)]
)
def test_interactions_must_suit_the_shoppers(shoppers: int, interactions: int, days: int) -> None:
    with pytest.raises(ValueError, match=rf"interactions must lie .* not {interactions:,}$"):
        Settings(shoppers=shoppers, interactions=interactions, days=days)


def test_new_and_cold_products_are_not_more_than_all() -> None:
    with pytest.raises(ValueError, match=r"not 0.9 \+ 0.2"):
        Settings(new_products=0.9, cold_products=0.2)


def test_shoppers_grow_with_the_interactions() -> None:
    assert usual_shoppers(675_000) == Settings().shoppers
    assert usual_shoppers(100_000_000) == 888_888
    assert usual_shoppers(3) == 1


def test_the_end_is_a_full_hour_unless_it_is_given() -> None:
    assert Settings().end % 3600 == 0
    assert 0 <= current_hour() - Settings().end <= 3600
