"""What a training leaves behind to be deployed: the model, the histories it knew, a manifest."""

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.frames import Selection
from aisle.data.interactions import Interactions
from aisle.recipes.base import Model, Recipe
from aisle.recipes.growth import no_later
from aisle.recipes.objective import weighed
from aisle.recipes.registry import recipes


class Manifest(msgspec.Struct, frozen=True):
    """Where a model comes from, enough to say so years later and to add what came since."""

    recipe: str
    model: str
    """What was really trained, such as `ridge-transformer-blend`."""
    dataset: int
    """Row number of the Interactions dataset, whose streamed events serving adds."""
    newest_event_id: int
    selection: Selection
    hyperparameters: dict[str, str]
    metrics: dict[str, float]
    seed: int
    trained_at: float
    seconds: float
    machine: str


class Deployable(msgspec.Struct, frozen=True, eq=False):
    """A model ready to answer; every array in it is memory-mapped."""

    manifest: Manifest
    recipe: Recipe
    model: Model
    histories: Interactions
    ids: list[str]
    """The id of each of the model's item codes."""
    codes: dict[str, int]
    """The code of each item id."""
    event_type_codes: dict[str, int]
    """The code of each event type of the histories, in lower case."""
    events: NDArray[np.int64]
    """`[items]` how many events of the histories each item has."""
    first_seen: NDArray[np.int64]
    """`[items]` epoch seconds of an item's first event; those of the newest event of all where it
    has none."""
    newest: int
    """Epoch seconds of the newest event of all, at the training's at most; 0 without one."""


def save_deployable(
    folder: Path, manifest: Manifest, model: Model, interactions: Interactions
) -> None:
    """Write model, histories and manifest into an empty folder.

    The histories are kept by the model's codes: its items may be more than have events.
    """
    (folder / "model").mkdir()
    (folder / "histories").mkdir()
    model.save(folder / "model")
    if len(model.items) != len(interactions.items):
        interactions = interactions.over(model.items)
    interactions.save(folder / "histories")
    (folder / "manifest.json").write_bytes(msgspec.json.encode(manifest))


def load_deployable(folder: Path) -> Deployable:
    """Map what `save_deployable` wrote."""
    manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest)
    recipe = recipes()[manifest.recipe]
    model = weighed(recipe.model_type.load(folder / "model"), folder / "model")
    ids = list(model.items)
    histories = Interactions.load(folder / "histories")
    newest = int(no_later(histories.timestamp, manifest.trained_at).max(initial=0))
    first_seen = np.full(len(ids), newest, np.int64)
    np.minimum.at(first_seen, histories.item, histories.timestamp)
    return Deployable(
        manifest=manifest,
        recipe=recipe,
        model=model,
        histories=histories,
        ids=ids,
        codes={item_id: code for code, item_id in enumerate(ids)},
        event_type_codes={name: code for code, name in enumerate(histories.event_types)},
        events=np.bincount(histories.item, minlength=len(ids)),
        first_seen=first_seen,
        newest=newest,
    )
