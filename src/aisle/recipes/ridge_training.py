"""Fits the next-item ridge to interactions, densely or item by item."""

from collections.abc import Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.recipes import ridge
from aisle.recipes.base import Progress
from aisle.recipes.popularity import popularity
from aisle.recipes.ridge_model import LASTING, RidgeModel, days_of

DENSE, DIAGONAL = "dense", "diagonal"
_DAYS = 2000
"""What lies further back counts as much as this."""
_CUBE_OF_AN_EVENT = 1_000_000
"""Items to the third power, for each event, up to which the dense solver is tried unasked. To solve
takes 2.3 times as many operations: some 50 microseconds of a core for an event, less than the
transformer takes. Where there are more, items have too few events each for it to predict better.
"""
_KEPT_OF_MANY = 100
"""Entries of a row where items are too many for the dense solver: the artefact stays small."""


def fit_ridges(
    events: Interactions,
    learnt: Interactions,
    settings: Mapping[str, Any],
    progress: Progress,
    *,
    most_items: int,
    kept: int,
) -> dict[str, RidgeModel]:
    """The regression over the users of `learnt`, popularity over all `events`, by solver.

    The setting `ridge_solver` names one; `auto` fits both, or the diagonal one alone where the
    dense one would cost more than the events are worth, or leave the less frequent items out
    because there are over `most_items`. Of each row the `kept` strongest entries stay.
    """
    wanted = settings["ridge_solver"]
    items = np.count_nonzero(np.bincount(learnt.item))
    many = items > most_items
    dear = items**3 > _CUBE_OF_AN_EVENT * len(learnt)
    decay = decay_of(settings["history_length"], settings["decay_power"])
    fitted: dict[str, RidgeModel] = {}

    def keep(  # noqa: PLR0917 - as `_dense` and `_diagonal` answer
        solver: str,
        codes: NDArray[np.int32],
        columns: NDArray[np.int32],
        values: NDArray[np.float16],
        mass: NDArray[np.float32],
        fading: NDArray[np.float32] = LASTING,
    ) -> None:
        row_of = np.full(len(events.items), -1, np.int32)
        row_of[codes] = np.arange(len(codes))
        fitted[solver] = RidgeModel(
            items=events.items,
            shares=shares,
            row_of=row_of,
            columns=columns,
            values=values,
            mass=mass,
            decay=decay,
            fading=fading,
            popularity_share=settings["popularity_share"],
        )

    shares = popularity(events)
    if wanted == DENSE or (wanted != DIAGONAL and not many and not dear):
        codes = _frequent(learnt, most_items)
        keep(DENSE, codes, *_dense(learnt, codes, decay, settings, kept, progress))
    if wanted != DENSE:
        progress(0.9, "counting transitions")
        most = min(kept if not many else min(kept, _KEPT_OF_MANY), len(events.items))
        fading = fading_of(settings["gap_power"])
        found = _diagonal(learnt, decay, fading, settings["diagonal_lambda"], most)
        keep(DIAGONAL, *found, fading)
    return fitted


def of_transitions(model: RidgeModel, learnt: Interactions, lambda_: float) -> RidgeModel:
    """Another of the diagonal solver over the same items, from other events."""
    most = model.columns.shape[1]
    codes, columns, values, mass = _diagonal(learnt, model.decay, model.fading, lambda_, most)
    row_of = np.arange(len(codes), dtype=np.int32)
    return msgspec.structs.replace(model, row_of=row_of, columns=columns, values=values, mass=mass)


def decay_of(length: int, power: float) -> NDArray[np.float32]:
    """`[length]` the weight of an item by steps back: (1 + steps) ^ -power."""
    return ((1.0 + np.arange(length)) ** -power).astype(np.float32)


def fading_of(power: float) -> NDArray[np.float32]:
    """`[days]` what an item counts by the days that lie between: (1 + days) ^ -power."""
    return decay_of(_DAYS if power else 1, power)


def _diagonal(
    learnt: Interactions,
    decay: NDArray[np.float32],
    fading: NDArray[np.float32],
    lambda_: float,
    kept: int,
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float16], NDArray[np.float32]]:
    """As `_dense`, for all items, and each one's code before."""
    columns, values, mass = ridge.transitions(
        learnt.offsets,
        learnt.item,
        len(learnt.items),
        decay,
        ridge=lambda_,
        kept=kept,
        weight=learnt.weight,
        day=days_of(learnt.timestamp),
        fading=fading,
    )
    codes = np.arange(len(learnt.items), dtype=np.int32)
    return codes, np.maximum(columns, 0, out=columns), values, mass


def _dense(  # noqa: PLR0917 - the parts of one computation
    learnt: Interactions,
    codes: NDArray[np.int32],
    decay: NDArray[np.float32],
    settings: Mapping[str, Any],
    kept: int,
    progress: Progress,
) -> tuple[NDArray[np.int32], NDArray[np.float16], NDArray[np.float32]]:
    """Columns, as codes of items, and values `[codes, kept]`; the diagonal `[codes]`."""
    row_of = np.full(len(learnt.items), -1, np.int32)
    row_of[codes] = np.arange(len(codes))
    counted = learnt.where(row_of[learnt.item] >= 0)
    progress(0.0, "counting pairs of events")
    gram, cross = ridge.accumulate(
        counted.offsets, row_of[counted.item], len(codes), decay, counted.weight
    )
    progress(0.2, f"solving for {len(codes)} items")
    mass = gram.diagonal() + np.float32(settings["ridge_lambda"])
    solution = ridge.solve(gram, cross, settings["ridge_lambda"])
    progress(0.85, "keeping the strongest entries")
    columns, values = ridge.strongest(solution, kept)
    return codes[columns], values, mass


def _frequent(data: Interactions, most: int) -> NDArray[np.int32]:
    """Codes of the `most` most frequent items that occur, ascending."""
    counts = np.bincount(data.item, minlength=len(data.items))
    order = np.argsort(-counts, kind="stable")[: min(most, np.count_nonzero(counts))]
    return np.sort(order).astype(np.int32)
