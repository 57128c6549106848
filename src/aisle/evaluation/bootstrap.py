"""Confidence intervals by drawing users again and again (Efron 1979, the percentile method).

Users are drawn and not lists, because the lists of one user are alike.
"""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

RESAMPLES = 1000
CONFIDENCE = 0.95
_DRAWN_AT_ONCE = 4_000_000
"""Users, over all resamples that are held at once."""


class Bootstrap:
    """The same resamples of users for whatever is measured, so that differences are paired."""

    def __init__(self, user: NDArray[np.int64], seed: int, resamples: int = RESAMPLES) -> None:
        """`user` `[lists]` says whose a list is."""
        users, self._of = np.unique(user, return_inverse=True)
        self._users = len(users)
        self._seed = seed
        self._resamples = resamples

    def means(self, values: Values) -> Values:
        """`[resamples, metrics]` means of `values` `[lists, metrics]`, NaN counting for nothing."""
        there = ~np.isnan(values)
        sums = self._by_user(np.where(there, values, 0.0))
        counts = self._by_user(there.astype(np.float64))
        rng = np.random.default_rng(self._seed)
        step = max(1, _DRAWN_AT_ONCE // max(self._users, 1))
        found = np.empty((self._resamples, values.shape[1]))
        for at in range(0, self._resamples, step):
            times = self._drawn(rng, min(step, self._resamples - at))
            total = times @ counts
            found[at : at + step] = np.divide(
                times @ sums, total, out=np.full(total.shape, np.nan), where=total > 0
            )
        return found

    def _by_user(self, values: Values) -> Values:
        columns = (np.bincount(self._of, column, self._users) for column in values.T)
        return np.stack(list(columns), axis=1)

    def _drawn(self, rng: np.random.Generator, resamples: int) -> Values:
        """`[resamples, users]` how often each user is drawn."""
        drawn = rng.integers(self._users, size=(resamples, self._users))
        flat = drawn + np.arange(resamples)[:, None] * self._users
        counts = np.bincount(flat.ravel(), minlength=resamples * self._users)
        return counts.reshape(resamples, self._users).astype(np.float64)


def interval(means: Values) -> tuple[Values, Values]:
    """`[metrics]` the ends between which `CONFIDENCE` of the resampled means lie.

    Resamples without a value (NaN) do not count; NaN where none has one.
    """
    tail = 50 * (1 - CONFIDENCE)
    ends = np.full((2, means.shape[1]), np.nan)
    there = ~np.isnan(means).all(axis=0)
    ends[:, there] = np.nanpercentile(means[:, there], [tail, 100 - tail], axis=0)
    return ends[0], ends[1]
