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
        ("seed", -1, "lie between 0 and"),
        ("shoppers", 0, "lie between 1 and"),
        ("interactions", -5, "lie between 1 and"),
        ("days", 0, "lie between 1 and 20000"),
        ("cold_shoppers", 1.0, "lie between 0 and 0.99"),
        ("accidents", -0.1, "lie between 0 and 1"),
        ("taste", float("nan"), "lie between 0 and 100"),
        ("offers", 21, "lie between 0 and 20"),
        ("funnel", (0.1, 1.5, 0.2, 0.1), "lie between 0 and 1"),
        ("products", 83, "lie between 84 and"),
        ("end", 20_261_101, "lie between 100000000 and"),
        ("novelty_days", float("inf"), "be 0.01 or more"),
    ],
)
def test_a_bad_value_is_refused_by_name_rule_and_value(
    name: str, value: float | tuple[float, ...], rule: str
) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must {re.escape(rule)}") as refused:
        msgspec.structs.replace(Settings(), **{name: value})
    bad = 1.5 if isinstance(value, tuple) else value
    assert str(refused.value).endswith(f"not {bad}")


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("seed", 2**63 - 1),
        ("shoppers", 100_000_000),
        ("products", 5_000_000),
        ("interactions", 10_000_000_000),
        ("dimensions", 256),
        ("session_views", 1000),
        ("longest_session", 1000),
        ("block", 100_000),
    ],
)
@pytest.mark.parametrize("beyond", [1, 10**400], ids=["one", "many"])
def test_what_no_machine_holds_is_refused(name: str, most: int, beyond: int) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must lie between .* and {most}, not \d+$"):
        msgspec.structs.replace(Settings(), **{name: most + beyond})


def test_many_products_have_few_dimensions() -> None:
    with pytest.raises(ValueError, match=r"^dimensions must be 20 or fewer for 5,000,000 products"):
        Settings(products=5_000_000, dimensions=21)


def test_the_days_begin_after_1970() -> None:
    with pytest.raises(ValueError, match=r"^end must be 20000 days after 1970 or later, not"):
        Settings(days=20_000, end=1_000_000_000)


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
    assert usual_shoppers(10**22) == 100_000_000


def test_the_end_is_a_full_hour_unless_it_is_given() -> None:
    assert Settings().end % 3600 == 0
    assert 0 <= current_hour() - Settings().end <= 3600
