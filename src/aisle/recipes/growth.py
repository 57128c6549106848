"""How fast items grow: what came lately beside what was to be expected.

Events are counted in two windows that fade: one with the interval in which trends are to be found
as its half-life, and one 24 times as long. An item's growth is the rate in the short window over
that in the long one, both shrunk towards 1 as by a gamma prior on a Poisson rate, less one standard
deviation, so that few events say little (DuMouchel 1999, "Bayesian data mining in large frequency
tables", https://doi.org/10.1080/00031305.1999.10474456, ranks by such lower bounds):

    n = events lately,  e = level * events in the long window / 24
    growth = (prior + n - sqrt(prior + n)) / (prior + e)

`level` is the same ratio over all items: what rises for all, as in the evening, is no trend.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

_LONG = 24.0
"""The long window's half-life, in short ones."""
_PRIOR = 1.0
"""Events of an item that shrink its growth."""
_LEVEL_PRIOR = 50.0
"""Events of all items that shrink the level."""

Counts = NDArray[np.float64]


class Rates(msgspec.Struct, frozen=True):
    """Fading counts of events, as they stand at a moment."""

    short: Counts
    """`[items]` an event counts 0.5 ^ (age / period)."""
    long: Counts
    """`[items]` an event counts 0.5 ^ (age / (24 * period))."""
    period: float
    """Seconds."""
    moment: float
    """Epoch seconds of the newest event, from which ages count."""

    def counting(self, item: NDArray[np.int32], time: Counts, known: int) -> "Rates":
        """With more events, of `known` items in all; a time may lie before the moment."""
        counted = self.moment if self.long.any() or not len(time) else -np.inf
        moment = float(time.max(initial=counted))
        passed = max(moment - self.moment, 0.0)

        def added(counts: Counts, half_life: float) -> Counts:
            weights = np.exp2((time - moment) / half_life)
            sums = np.bincount(item, weights, known).astype(np.float64)
            sums[: len(counts)] += counts * 0.5 ** (passed / half_life)
            return sums

        short = added(self.short, self.period)
        long = added(self.long, self.period * _LONG)
        return Rates(short, long, self.period, moment)

    def growth(self, now: float) -> Counts:
        """`[items]` how much faster than usual events come: 1 where all is as it was.

        Data may have ended long ago. So time goes on after the newest event by one period at most.
        """
        gone = min(max(now - self.moment, 0.0), self.period)
        lately = self.short * 0.5 ** (gone / self.period)
        usual = self.long * (0.5 ** (gone / (self.period * _LONG)) / _LONG)
        level = (_LEVEL_PRIOR + lately.sum()) / (_LEVEL_PRIOR + usual.sum())
        counted = _PRIOR + lately
        return np.asarray((counted - np.sqrt(counted)) / (_PRIOR + level * usual))


def no_later(times: NDArray[np.int64], now: float) -> NDArray[np.int64]:
    """The times, those yet to come as `now`; all as they are where none has come, as in another
    unit.
    """
    if not len(times) or times.min() > now:
        return times
    return np.minimum(times, np.int64(now))


def nothing(items: int, period: float) -> Rates:
    """Before the first event."""
    return Rates(np.zeros(items), np.zeros(items), period, 0.0)
