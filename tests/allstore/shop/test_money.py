from hypothesis import given
from hypothesis import strategies as st

from allstore.shop import money


def test_ninety_one_dollars_are_four_times_22_75() -> None:
    assert money.instalments(9100, 4) == (2275, 2275, 2275, 2275)


@given(total=st.integers(0, 10**9), count=st.integers(1, 12))
def test_instalments_add_up_and_differ_by_a_cent_at_most(total: int, count: int) -> None:
    payments = money.instalments(total, count)
    assert len(payments) == count
    assert sum(payments) == total
    assert payments[0] == max(payments)
    assert max(payments) - min(payments) <= 1


@given(amount=st.integers(0, 10**8))
def test_a_price_survives_the_way_through_a_float(amount: int) -> None:
    assert money.cents(amount / 100) == amount


def test_amounts_are_written_with_two_decimals() -> None:
    assert money.text(123405, "USD") == "$1,234.05"
    assert money.text(9, "GBP") == "£0.09"


@given(amount=st.integers(0, 10**9), percent=st.integers(0, 100))
def test_a_reduced_price_is_the_nearest_cent_and_never_negative(amount: int, percent: int) -> None:
    price = money.reduced(amount, percent)
    assert 0 <= price <= amount
    assert 2 * abs(100 * price - amount * (100 - percent)) <= 100


def test_half_a_cent_stays_with_the_price() -> None:
    assert money.reduced(30, 15) == 26
    assert money.reduced(9100, 15) == 7735
    assert money.reduced(1, 15) == 1
