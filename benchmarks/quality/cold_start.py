"""Section D: new items and new users, as serving answers them.

    python -m benchmarks.quality.cold_start [--data ml-1m] [--recipe aws-user-personalization]
        [--json out]

The split is at the 0.9 quantile of all times. The recipe learns from what came before; the
catalogue has all items. **New items** are those first seen after the split. Users of the test ask
once, before their first event after the split, for 25 items that they have not had. `share@25` is
the new items' share of all places; `recall@25` is the share of the new items that a user took which
are on the list, a mean over the users who took any. `ndcg@10` is that of the first item taken.
`random` draws from the whole catalogue. With `popularity` the new items come after all others.

**New users**: at the last event after the split of users who have more than ten there, NDCG@10
where nothing is known of the user but the last 0, 1, 2, 3, 5 and 10 events before it, and where all
are. Asked for are items that the model knows.
"""

import argparse
import resource
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from aisle.data.frames import Selection
from aisle.data.interactions import Interactions
from aisle.evaluation.ranking import place, top
from aisle.recipes.base import Config, Query, TrainingData
from aisle.recipes.deployable import Deployable, Manifest, load_deployable, save_deployable
from aisle.recipes.registry import recipes
from aisle.recipes.training import train
from aisle.serving.answer_space import AnswerSpace, joined
from aisle.serving.exploration import best_and_new
from aisle.serving.newcomers import placed
from benchmarks.quality.real_data import WITH_ITEMS, catalogue, events
from benchmarks.quality.rows import Row, show, write

_PLACES = 25
_CUTOFF = 10
_SPLIT = 0.9
_KNOWN = (0, 1, 2, 3, 5, 10)
_MOST_USERS = 2000
_WEIGHTS = (0.0, 0.3, 1.0)

Positions = NDArray[Any]


class World(msgspec.Struct, frozen=True):
    """A model of the events before the split, in an answer space of all items."""

    deployed: Deployable
    space: AnswerSpace
    is_new: NDArray[np.bool_]
    """`[space]`"""
    whole: Interactions
    """All events, with item codes of the answer space."""
    split: float

    def visits(self, least: int = 1) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int64], int]]:
        """Positions and times of a user's events, and how many were before the split, for users
        with so many after it; of too many users every n-th.
        """
        before = np.add.reduceat(self.whole.timestamp <= self.split, self.whole.offsets[:-1])
        users = np.flatnonzero(np.diff(self.whole.offsets) - before >= least)
        for user in users[:: -(-len(users) // _MOST_USERS) or 1].tolist():
            rows = self.whole.rows_of(user)
            yield self.whole.item[rows], self.whole.timestamp[rows], int(before[user])

    def scores(
        self, items: NDArray[np.int32], times: NDArray[np.int64], now: float
    ) -> NDArray[np.float32]:
        """`[space]` for a user who had these items, of which the model knows some."""
        code_of = np.full(len(self.space), -1, np.int32)
        code_of[self.space.of_model] = np.arange(len(self.space.of_model))
        codes = code_of[items]
        query = Query(codes[codes >= 0], times[codes >= 0], now)
        scores = self.deployed.model.score(query)
        return placed(self.space, scores, shares=True, history=query.history)


def world_of(name: str, recipe_name: str, folder: Path) -> World:
    """Train on what came before the split."""
    frame, items = events(name), catalogue(name)
    split = float(np.quantile(frame["TIMESTAMP"].to_numpy(), _SPLIT))
    before = Interactions.from_frame(frame.filter(pl.col("TIMESTAMP") <= split))
    recipe = recipes()[recipe_name]
    trained = train(recipe, TrainingData(before, items), Config(), lambda _share, _words: None)
    manifest = Manifest(
        recipe=recipe.name,
        model=recipe.model_name,
        dataset=0,
        newest_event_id=0,
        selection=Selection(),
        hyperparameters=dict(trained.config.hyperparameters),
        metrics=dict(trained.metrics),
        seed=0,
        trained_at=0.0,
        seconds=0.0,
        machine="",
    )
    save_deployable(folder, manifest, trained.model, before)
    deployed = load_deployable(folder)
    space = joined(deployed, items)
    whole = Interactions.from_frame(frame)
    place_of = np.array(space.positions(list(whole.items)), np.int64)
    whole = msgspec.structs.replace(
        whole.where(place_of[whole.item] >= 0), item=place_of[whole.item][place_of[whole.item] >= 0]
    )
    is_new = np.zeros(len(space), np.bool_)
    is_new[whole.item] = True
    is_new[space.of_model] = False
    return World(deployed, space, is_new, whole, split)


def new_items(world: World, answer: Callable[[NDArray[np.float32]], Positions]) -> dict[str, float]:
    """What becomes of the new items in the answers made of a user's scores."""
    shown, recalls, gains = [], [], []
    for items, times, before in world.visits():
        scores = world.scores(items[:before], times[:before], float(times[before]))
        scores[items[:before]] = -np.inf
        listed = answer(scores)
        shown.append(float(world.is_new[listed].mean()))
        taken = np.unique(items[before:])
        new = taken[world.is_new[taken]]
        if len(new):
            recalls.append(float(np.isin(new, listed).mean()))
        found = np.flatnonzero(listed[:_CUTOFF] == items[before])
        gains.append(float(1 / np.log2(found[0] + 2)) if len(found) else 0.0)
    return {
        "share@25": float(np.mean(shown)),
        "recall@25": float(np.mean(recalls)),
        "ndcg@10": float(np.mean(gains)),
        "takers": len(recalls),
    }


def new_users(world: World) -> dict[str, float]:
    """NDCG@10 by how many events are known of a user."""
    gains: dict[str, list[float]] = {}
    for items, times, _ in world.visits(max(_KNOWN) + 1):
        if world.is_new[items[-1]]:
            continue
        history, when = items[:-1], times[:-1]
        for known in (*_KNOWN, len(history)):
            start = len(history) - known
            scores = world.scores(history[start:], when[start:], float(times[-1]))
            scores[history] = -np.inf
            at = place(scores, int(items[-1]))
            name = f"ndcg@10 after {known}" if known in _KNOWN else "ndcg@10 after all"
            gains.setdefault(name, []).append(1 / np.log2(at + 2) if at < _CUTOFF else 0.0)
    return {name: float(np.mean(values)) for name, values in gains.items()}


def measure(name: str, recipe: str) -> list[Row]:
    """Train and answer in this process."""
    start = time.perf_counter()
    with TemporaryDirectory() as folder:
        world = world_of(name, recipe, Path(folder))
        seconds = time.perf_counter() - start
        found: dict[str, dict[str, float]] = {}
        chance = np.random.default_rng(0)
        for weight in _WEIGHTS:
            config = {"itemExplorationConfig": {"explorationWeight": str(weight)}}

            def served(
                scores: NDArray[np.float32], config: Mapping[str, object] = config
            ) -> Positions:
                return best_and_new(
                    world.deployed, world.space, config, scores, places=_PLACES, chance=chance
                )[0]

            found[f"{recipe} explorationWeight={weight}"] = new_items(world, served)
        popular = np.zeros(len(world.space))
        popular[world.space.of_model] = world.deployed.events
        found["popularity"] = new_items(
            world, lambda scores: top(np.where(np.isfinite(scores), popular, -np.inf), _PLACES)
        )
        found["random"] = new_items(
            world, lambda scores: chance.choice(np.flatnonzero(np.isfinite(scores)), _PLACES, False)
        )
        found[recipe] = new_users(world)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    new = int(world.is_new.sum())
    note = f"{new} new items of {len(world.space)}"
    return [
        Row("D", name, model, metric, round(value, 4), round(seconds, 1), peak, 0, note)
        for model, values in found.items()
        for metric, value in values.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", choices=WITH_ITEMS, default=["ml-1m", "beauty"])
    parser.add_argument("--recipe", choices=recipes(), default="aws-user-personalization")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    rows: list[Row] = []
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as fresh:
        for dataset in chosen.data:
            found = fresh.submit(measure, dataset, chosen.recipe).result()
            for model in dict.fromkeys(row.model for row in found):
                show([row for row in found if row.model == model])
            rows += found
    if chosen.json:
        write(chosen.json, rows)


if __name__ == "__main__":
    main()
