"""implicit 0.7.3: matrix factorisations. https://benfred.github.io/implicit/"""

from typing import Any

import numpy as np
from implicit.als import AlternatingLeastSquares  # type: ignore[import-not-found]
from implicit.bpr import BayesianPersonalizedRanking  # type: ignore[import-not-found]

from benchmarks.peers.learning import AfterEpoch, Asked, Events, Lists


def als(events: Events, seed: int, epochs: int, after: AfterEpoch) -> None:
    """Alternating least squares; users are folded in by what is given of them."""
    model = AlternatingLeastSquares(iterations=epochs, random_state=seed, use_gpu=False)

    def recommend(asked: Asked) -> Lists:
        model._YtY = None  # noqa: SLF001 - kept by the library until a training begins again
        return _listed(model, asked, np.arange(len(asked.user)), events.items, fold_in=True)

    model.fit(events.matrix, show_progress=False, callback=lambda *_told: after(recommend))


def bpr(events: Events, seed: int, epochs: int, after: AfterEpoch) -> None:
    """Bayesian personalised ranking: users as they were in training; others have empty lists."""
    model = BayesianPersonalizedRanking(iterations=epochs, random_state=seed, use_gpu=False)
    trained = np.bincount(events.user, minlength=events.users) > 0

    def recommend(asked: Asked) -> Lists:
        lists = _listed(model, asked, asked.user, events.items, fold_in=False)
        lists[~trained[asked.user]] = -1
        return lists

    model.fit(events.matrix, show_progress=False, callback=lambda *_told: after(recommend))


def _listed(model: Any, asked: Asked, ids: Any, items: int, *, fold_in: bool) -> Lists:
    chosen, scores = model.recommend(
        ids,
        asked.matrix(items),
        N=asked.depth,
        filter_already_liked_items=not asked.keep_seen,
        recalculate_user=fold_in,
    )
    return np.where(scores > np.finfo(np.float32).min, chosen, -1).astype(np.int64)
