"""aws-similar-items and aws-vod-more-like-x: what users do with items and what is known of them.

https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-similar-items.html
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.evaluation.ranking import place
from aisle.evaluation.splits import spread_evenly
from aisle.recipes import hyperparameters
from aisle.recipes.base import Config, Progress, TrainingData
from aisle.recipes.hyperparameters import Hyperparameter, Number, Whole
from aisle.recipes.metadata_features import Features
from aisle.recipes.popularity import Counts, popularity
from aisle.recipes.related import factors
from aisle.recipes.related.blending import Parts, blended
from aisle.recipes.related.content import Content
from aisle.recipes.related.described import described
from aisle.recipes.related.model import RelatedModel
from aisle.recipes.related.recipe import RelatedRecipe
from aisle.recipes.related.sequences import near

SIMILAR_ITEMS: tuple[Hyperparameter, ...] = (
    Number("popularity_discount_factor", 0.0, 0.0, 1.0, tunable=(0.0, 1.0)),
    Whole("item_id_hidden_dim", 100, 30, 200),
    Whole("item_metadata_hidden_dim", 100, 30, 200),
    Number("behaviour_weight", 0.3, 0.0, 10.0),
    Number("metadata_weight", 0.1, 0.0, 10.0),
)
_TUNED = ("behaviour_weight", "metadata_weight")
_WEIGHTS = (0.0, 0.1, 0.3, 1.0)
_MOST_EXAMPLES = 1000
_CUTOFF = 10


class _Tunable(RelatedModel, frozen=True):
    """The model with what its neighbours were blended of; `save` leaves that out."""

    parts: Parts | None = None


class SimilarItemsRecipe(RelatedRecipe, frozen=True, kw_only=True):
    """The sum of what follows an item in users' histories, of the cosine of embeddings of that
    (`item_id_hidden_dim` numbers each) and of the cosine of embeddings of metadata
    (`item_metadata_hidden_dim`).

    An item with few events gets part of its behavioural embedding from its metadata, one without
    events all of it. `tune` sets the weights of the cosines where they are not given. With a
    `popularity_discount_factor` of 0 popular items come first as users have them; 1 takes the
    square root of its popularity from each.
    """

    declared: tuple[Hyperparameter, ...] = SIMILAR_ITEMS
    model_name: str = "behaviour-and-metadata-similarity"

    @property
    def defaults(self) -> Mapping[str, str]:
        """The service's hyperparameters; `tune` sets the others."""
        shown = hyperparameters.defaults(self.declared)
        return {name: value for name, value in shown.items() if name not in _TUNED}

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> RelatedModel:
        """Count, embed, blend. The seed decides rounding only, and which pairs fields are weighed
        by.
        """
        del start
        settings: dict[str, Any] = hyperparameters.parse(SIMILAR_ITEMS, config.hyperparameters)
        events = data.interactions
        direct = near(events, _part(progress, 0.0, 0.2))
        progress(0.2, "embedding behaviour and metadata")
        found = described(data.items, events.items, direct, config.seed)
        parts = _parts(events, direct, found, settings, config.seed)
        model = _Tunable(
            events.items,
            popularity(events),
            direct,
            found[0] if found else None,
            self.tilt,
            parts=parts,
        )
        return _weighed(model, settings, _part(progress, 0.4, 1.0))

    def tune(self, model: RelatedModel, validation: TrainingData, config: Config) -> Config:
        """Set the weights by NDCG@10 of the item after the last, unless the caller gave them."""
        given = config.hyperparameters
        parts = _parts_of(model)
        grids = [(float(given[name]),) if name in given else _WEIGHTS for name in _TUNED]
        pairs = list(product(*grids))
        gains = np.zeros(len(pairs))
        events = validation.interactions
        for user in spread_evenly(events, _MOST_EXAMPLES).tolist():
            items = events.item[events.rows_of(user)]
            gains += _gains(parts, items[:-1], int(items[-1]), pairs)
        best = pairs[int(gains.argmax())]
        chosen = {name: str(value) for name, value in zip(_TUNED, best, strict=True)}
        return msgspec.structs.replace(config, hyperparameters={**given, **chosen})

    def tuned(self, model: RelatedModel, config: Config) -> RelatedModel:
        """The same parts, blended by the weights of `config`."""
        settings: dict[str, Any] = hyperparameters.parse(SIMILAR_ITEMS, config.hyperparameters)
        return _weighed(model, settings, lambda _share, _words: None)


def _parts(
    events: Interactions,
    direct: Any,
    found: tuple[Content, Features] | None,
    settings: Mapping[str, Any],
    seed: int,
) -> Parts:
    counts = np.bincount(events.item, minlength=len(events.items))
    weighed = np.bincount(events.item, events.weight, len(events.items))
    behaviour = factors.behaviour(direct, settings["item_id_hidden_dim"], seed)
    metadata = np.zeros((len(counts), 0), np.float32)
    if found is not None:
        content, features = found
        scale = np.sqrt(content.field_weights)[content.space.field_of]
        scaled = features.csr() * scale[None, :]
        metadata = factors.unit(
            factors.leading(scaled.tocsr(), settings["item_metadata_hidden_dim"], seed)
        )
        behaviour = factors.foretold(behaviour, metadata, counts)
    return Parts(
        direct, behaviour, metadata, _popularity(weighed), settings["popularity_discount_factor"]
    )


def _popularity(counts: Counts) -> NDArray[np.float32]:
    """`[items]` shares of the most popular item's events; one without events has the median."""
    usual = np.median(counts[counts > 0]) if counts.any() else 1
    return np.asarray(np.where(counts > 0, counts, usual) / (counts.max() or 1), np.float32)


def _weighed(model: RelatedModel, settings: Mapping[str, Any], progress: Progress) -> RelatedModel:
    behaviour, metadata = (settings[name] for name in _TUNED)
    neighbours = blended(_parts_of(model), behaviour, metadata, progress)
    return msgspec.structs.replace(model, neighbours=neighbours)


def _parts_of(model: RelatedModel) -> Parts:
    if not isinstance(model, _Tunable) or model.parts is None:
        raise TypeError("Only a model that has just been fitted can be tuned.")
    return model.parts


def _gains(
    parts: Parts, history: NDArray[np.int32], target: int, pairs: list[tuple[float, ...]]
) -> NDArray[np.float64]:
    """`[pairs of weights]` NDCG@10 of one example, without what the user had."""
    asked = int(history[-1])
    followers = parts.followers(asked)
    cosines = [each @ each[asked] for each in (parts.behaviour, parts.metadata)]
    had = history[history != target]
    places = np.empty(len(pairs))
    for number, (behaviour, metadata) in enumerate(pairs):
        joint = np.float32(behaviour) * cosines[0] + np.float32(metadata) * cosines[1]
        scores = parts.lifted(joint) + followers
        scores[had] = -1
        places[number] = place(scores, target)
    return np.where(places < _CUTOFF, 1 / np.log2(places + 2), 0.0)


def _part(progress: Progress, start: float, stop: float) -> Progress:
    return lambda share, words: progress(start + share * (stop - start), words)
