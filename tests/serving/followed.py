"""A trained recipe in a state of its own, and events that are streamed to it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from aisle.data.event_log import Event, EventLog
from aisle.data.frames import Selection
from aisle.data.interactions import Interactions
from aisle.data.state import State
from aisle.recipes.base import Config, Model, Query, Recipe, TrainingData
from aisle.recipes.deployable import Deployable, Manifest, load_deployable, save_deployable
from aisle.serving.following import Followed, FollowedModels
from aisle.serving.loading import NotHereError
from aisle.settings import Settings
from aisle.storage.migrations import migrate
from tests.recipes.sample import of_events, quiet

Happened = tuple[str, str, int, str]
"""User, item, time, event type."""


def opened(folder: Path) -> State:
    """An empty one."""
    state = State(Settings(data_dir=folder))
    migrate(state.database)
    return state


def deployed(
    folder: Path,
    recipe: Recipe,
    events: Sequence[Happened],
    *,
    config: Config | None = None,
    selection: Selection | None = None,
    dataset: int = 1,
) -> Deployable:
    """What serving gets of a recipe that learnt from these events."""
    histories = of_events(list(events))
    if selection is not None and selection.rules:
        kinds = [histories.event_types[code] for code in histories.event_type]
        weights = np.array([selection.weight(kind) for kind in kinds], np.float32)
        histories = replace(histories, weight=weights)
    model = fitted(recipe, histories, config)
    manifest = Manifest(
        recipe=recipe.name,
        model=recipe.model_name,
        dataset=dataset,
        newest_event_id=0,
        selection=selection or Selection(),
        hyperparameters={},
        metrics={},
        seed=0,
        trained_at=0.0,
        seconds=0.0,
        machine="",
    )
    folder.mkdir()
    save_deployable(folder, manifest, model, histories)
    return load_deployable(folder)


def fitted(recipe: Recipe, histories: Interactions, config: Config | None = None) -> Model:
    """What the recipe learns from events of its own type."""
    if recipe.event_type is not None:
        kind = recipe.event_type.lower()
        codes = [code for code, name in enumerate(histories.event_types) if name == kind]
        histories = histories.where(np.isin(histories.event_type, codes))
    model: Model = recipe.fit(TrainingData(histories), config or Config(), quiet)
    return model


def stream(state: State, events: Sequence[Happened], dataset: int = 1) -> None:
    """Append events as PutEvents does."""
    log = EventLog(state.database)
    batch = [
        Event(
            dataset=dataset,
            user_id=user,
            session_id=user,
            event_type=kind,
            item_id=item,
            sent_at=float(time),
        )
        for user, item, time, kind in events
    ]
    if batch:
        log.append(batch).result()
    log.close()


def current(models: FollowedModels, state: State, model: Deployable) -> Followed:
    """The model as the next request sees it."""
    while True:
        with state.read() as transaction:
            try:
                return models.current(transaction, model)
            except NotHereError as missing:
                load = missing.load
        load()


def scores(followed: Followed, now: float = 0.0) -> dict[str, float]:
    """Anybody's, by item."""
    return dict(zip(followed.ids, followed.score(anybody(now)).tolist(), strict=True))


def anybody(now: float = 0.0) -> Query:
    """A query without a user."""
    return Query(np.empty(0, np.int32), np.empty(0, np.int64), now)
