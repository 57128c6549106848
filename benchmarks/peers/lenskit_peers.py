"""LensKit 2025.8.1: nearest neighbours and implicit matrix factorisation. https://lkpy.lenskit.org"""

from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
from lenskit.als import ImplicitMFScorer  # type: ignore[import-not-found]
from lenskit.data import Dataset, ItemList, RecQuery, from_interactions_df  # type: ignore[import-not-found]
from lenskit.knn import ItemKNNScorer  # type: ignore[import-not-found]
from lenskit.training import TrainingOptions  # type: ignore[import-not-found]

from benchmarks.peers.learning import AfterEpoch, Asked, Events, Lists, padded


def item_knn(events: Events, seed: int, epochs: int, after: AfterEpoch) -> None:
    """Its only epoch counts neighbours."""
    del epochs
    model = ItemKNNScorer(feedback="implicit")
    dataset = _dataset(events)
    model.train(dataset, TrainingOptions(rng=seed))
    after(lambda asked: _listed(model, dataset, asked))


def implicit_mf(events: Events, seed: int, epochs: int, after: AfterEpoch) -> None:
    """Alternating least squares; users are folded in by what is given of them."""
    model = ImplicitMFScorer(epochs=epochs, user_embeddings=False)
    dataset = _dataset(events)
    trainer = model.create_trainer(dataset, TrainingOptions(rng=seed))

    def recommend(asked: Asked) -> Lists:
        learnt = model.user_embeddings
        trainer.finalize()  # which drops them, and the next epoch needs them
        found = _listed(model, dataset, asked)
        model.user_embeddings = learnt
        return found

    for _epoch in range(epochs):
        trainer.train_epoch()
        after(recommend)


def _dataset(events: Events) -> Dataset:
    frame = pd.DataFrame({"user_id": events.user, "item_id": events.item})
    return from_interactions_df(frame.drop_duplicates())


def _listed(model: Any, dataset: Dataset, asked: Asked) -> Lists:
    everything = ItemList(dataset.items)
    codes = everything.ids()
    found = []
    for user, history in zip(asked.user, asked.histories, strict=True):
        had = np.unique(history)
        query = RecQuery(user_id=int(user), history_items=ItemList(item_ids=had))
        scores = np.nan_to_num(model(query, everything).scores(), nan=-np.inf)
        if not asked.keep_seen:
            scores[np.isin(codes, had)] = -np.inf
        order = np.argsort(-scores, kind="stable")[: asked.depth]
        found.append(codes[order[scores[order] > -np.inf]].astype(np.int64))
    return padded(found, asked.depth)
