"""A transformer for interactions, begun at the ridge: what the recipes call."""

from collections.abc import Mapping

import numpy as np
from scipy import sparse

from aisle.data.interactions import Interactions
from aisle.recipes.base import Config, Progress, TrainingData
from aisle.recipes.ridge_model import RidgeModel
from aisle.recipes.ridge_training import DENSE, DIAGONAL, of_transitions
from aisle.recipes.traits import Traits, traits_of
from aisle.recipes.transformer.begin import begin
from aisle.recipes.transformer.context import ContextSpace
from aisle.recipes.transformer.model import TransformerModel
from aisle.recipes.transformer.plan import has_few_of_each, plan_for
from aisle.recipes.transformer.shape import Shape
from aisle.recipes.transformer.training import fit
from aisle.recipes.transformer.validation import unwatched, watched_users


def fit_transformer(
    data: TrainingData,
    learnt: Interactions,
    ridges: Mapping[str, RidgeModel],
    *,
    of_items: Traits | None,
    lambda_: float,
    width: int,
    most_epochs: int,
    config: Config,
    progress: Progress,
    start: TransformerModel | None,
) -> TransformerModel:
    """Learn from all events and users, from the ridge's factors on or from an older transformer.

    The ridges are of the events `learnt`, the diagonal one with this lambda; `of_items` is what the
    items' metadata says.

    The factors are those of the dense solver, or of the diagonal one where items have few events
    each: on a shop's reviews one epoch from the latter does what eight from the former do, and on
    films it is the other way round. Where items have few events, those by which the training is
    watched must not be in the factors, or they would be found in them again.
    """
    progress(0.0, "beginning the transformer at the ridge's factors")
    events = data.interactions
    of_users = traits_of(events.users, data.users)
    shape = Shape(
        items=len(events.items),
        event_types=len(events.event_types),
        traits=0 if of_users is None else len(of_users.space.hashes),
        context=ContextSpace.of_events(events).values,
        width=width,
    )
    first, second = (DIAGONAL, DENSE) if has_few_of_each(events) else (DENSE, DIAGONAL)
    ridge = ridges[first] if first in ridges else ridges[second]
    plan = plan_for(events, most_epochs, config)
    if first == DIAGONAL and start is None:
        ridge = of_transitions(ridge, unwatched(learnt, watched_users(events, plan)), lambda_)
    begun = begin(
        events,
        weights_of(ridge),
        shape,
        config.seed,
        of_users=of_users,
        of_items=of_items,
        start=start,
    )
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
