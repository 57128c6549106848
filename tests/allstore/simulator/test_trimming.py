"""What is left out of a simulation cannot be told from what is kept."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allstore.simulator import Settings, simulate, world
from allstore.simulator.funnel import Events, trim
from allstore.simulator.goods import Integers
from allstore.simulator.settings import DAY
from simulated import END

LENGTHS = st.lists(st.lists(st.integers(1, 4), max_size=4), min_size=1, max_size=6)
"""How many events each session of each shopper has."""


def made(lengths: list[list[int]], rng: np.random.Generator) -> Events:
    """Events in no order, a minute from one to the next."""
    sizes = [size for sessions in lengths for size in sessions]
    owners = [shopper for shopper, sessions in enumerate(lengths) for _ in sessions]
    time = np.arange(sum(sizes))
    order = rng.permutation(len(time))
    session = np.repeat(np.arange(len(sizes)), sizes)[order]
    shopper = np.array(owners, np.int64)[session]
    return Events(session, time[order], shopper, np.zeros_like(time), 60 * time[order])


@given(LENGTHS, st.integers(1, 50), st.integers(0, 9))
def test_what_came_before_an_event_is_kept_with_it(
    lengths: list[list[int]], limit: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    events = made(lengths, rng)
    kept = trim(events, limit, np.array([len(sessions) for sessions in lengths]), rng)
    assert len(kept.time) == min(limit, len(events.time))
    for shopper in range(len(lengths)):
        before = np.sort(events.time[events.shopper == shopper])
        after = np.sort(kept.time[kept.shopper == shopper])
        assert after.tolist() == before[: len(after)].tolist()


@given(LENGTHS, st.integers(0, 9))
def test_first_sessions_are_left_out_last(lengths: list[list[int]], seed: int) -> None:
    rng = np.random.default_rng(seed)
    firsts = sum(sessions[0] for sessions in lengths if sessions)
    counts = np.array([len(sessions) for sessions in lengths])
    kept = trim(made(lengths, rng), firsts, counts, rng)
    assert np.unique(kept.session).tolist() == (counts.cumsum() - counts)[counts > 0].tolist()


@pytest.mark.parametrize("products", [2465, 90])
def test_little_is_left_out_in_the_last_week_too(
    monkeypatch: pytest.MonkeyPatch, products: int
) -> None:
    """Also where sessions are shorter than planned, for want of products."""
    last: list[tuple[int, int]] = []
    whole: list[tuple[int, int]] = []

    def watch(events: Events, limit: int, counts: Integers, rng: np.random.Generator) -> Events:
        kept = trim(events, limit, counts, rng)
        late = (int((some.time >= END - 7 * DAY).sum()) for some in (events, kept))
        last.append((next(late), next(late)))
        whole.append((len(events.time), limit))
        return kept

    monkeypatch.setattr(world, "trim", watch)
    simulate(Settings(end=END, shoppers=800, products=products, interactions=60_000))
    assert all(kept > 0.96 * before for before, kept in whole)
    assert all(kept > 0.92 * before for before, kept in last)
