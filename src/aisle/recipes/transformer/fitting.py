"""A transformer for interactions, begun at the ridge: what the recipes call."""

import numpy as np
from scipy import sparse

from aisle.data.interactions import Interactions
from aisle.recipes.base import Config, Progress
from aisle.recipes.ridge_model import RidgeModel
from aisle.recipes.transformer.begin import begin
from aisle.recipes.transformer.model import TransformerModel
from aisle.recipes.transformer.plan import plan_for
from aisle.recipes.transformer.shape import Shape
from aisle.recipes.transformer.training import fit


def fit_transformer(
    events: Interactions,
    ridge: RidgeModel,
    *,
    width: int,
    most_epochs: int,
    config: Config,
    progress: Progress,
    start: TransformerModel | None,
) -> TransformerModel:
    """Learn from all events, from the ridge's factors on or from an older transformer."""
    progress(0.0, "beginning the transformer at the ridge's factors")
    shape = Shape(items=len(events.items), event_types=len(events.event_types), width=width)
    begun = begin(events, weights_of(ridge), shape, config.seed, start)
    plan = plan_for(len(events), len(events.items), most_epochs, config)
    return fit(events, begun, plan, progress)


def weights_of(ridge: RidgeModel) -> sparse.csr_array:
    """`[items, items]` the entries that the ridge keeps; no row for an item that has none."""
    count = len(ridge.items)
    kept = ridge.columns.shape[1]
    rows = np.flatnonzero(ridge.row_of >= 0)
    values = ridge.values[ridge.row_of[rows]].astype(np.float32)
    columns = ridge.columns[ridge.row_of[rows]]
    shape = (count, count)
    return sparse.csr_array((values.ravel(), (np.repeat(rows, kept), columns.ravel())), shape=shape)
