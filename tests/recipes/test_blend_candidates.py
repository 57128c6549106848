"""The few items among which a blend's first places are decided."""

import numpy as np
import pytest

from aisle.recipes.base import Query
from aisle.recipes.blend_candidates import Among

_ITEMS = 3000


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7, 1.0])
def test_the_first_places_are_those_of_the_whole_catalogue(share: float) -> None:
    rng = np.random.default_rng(4)
    for _ in range(50):
        parts = rng.pareto(1.0, (2, _ITEMS)).astype(np.float32)
        history = rng.integers(0, _ITEMS, 7).astype(np.int32)
        target = int(rng.choice(np.argsort(parts.max(0))[-50:]))
        query = Query(history, np.zeros(7, np.int64), 0.0)
        among = Among.of(parts, query, target, few=100, of_each=200)
        mixed = (1 - share) * np.log(parts[0]) + share * np.log(parts[1])
        few = (1 - share) * np.log(among(parts[0])) + share * np.log(among(parts[1]))
        assert len(few) < 500
        assert np.sort(few)[-10:].tolist() == np.sort(mixed)[-10:].tolist()
        assert few[among.target] == mixed[target]
        assert few[among.seen].tolist() == mixed[np.unique(history)].tolist()


def test_of_few_items_all_are_candidates() -> None:
    part = np.arange(50, dtype=np.float32)
    among = Among.of([part, None], Query(np.array([3], np.int32), np.zeros(1, np.int64), 0.0), 9)
    assert among(part) is part
    assert among.target == 9
