"""One training of a search, and several of them one after another."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Self

import msgspec
import numpy as np

from aisle.data.interactions import Interactions
from aisle.evaluation.splits import Split
from aisle.recipes.base import Config, Progress, Recipe, TrainingData
from aisle.recipes.training import held_out, measure, prepared

_SHARES = (0.1, 0.3, 1.0)
"""Of the held-out users, after which a training is compared with the earlier ones."""
_FEWEST = 200
"""Held-out users that say enough about a training to end it."""

Chosen = Mapping[str, str]
"""Hyperparameters of one training, beside those that are the same in all."""
GivesUp = Callable[[int, int, float], bool]
"""Called with a training's number among those that run together, a step, and the metric after it;
whether it is to be measured no further."""
Values = Callable[[Sequence[Chosen], GivesUp, Progress], list[float | None]]
"""Runs trainings: the metric of each, or None for one that was given up."""


class Trainings(msgspec.Struct, frozen=True):
    """What is the same in every training of a search."""

    recipe: Recipe
    part: TrainingData
    """Learnt from."""
    given: Interactions
    """The histories of the held-out users."""
    splits: list[Split]
    """With a few of the held-out users, with more, and with all of them."""
    config: Config
    metric: str

    @classmethod
    def of(
        cls, recipe: Recipe, data: TrainingData, config: Config, metric: str, event_type: str | None
    ) -> Self:
        """Nothing is learnt from, or measured on, the users whom a training with the same seed
        reports about.
        """
        whole = prepared(recipe, data, event_type)
        others = held_out(whole.interactions, config.seed).train
        split = held_out(others, config.seed + 1)
        part = msgspec.structs.replace(whole, interactions=split.train)
        splits = list(_growing(split, config.seed))
        return cls(recipe, part, split.given, splits, config, metric)

    def value(
        self, chosen: Chosen, gives_up: Callable[[int, float], bool], progress: Progress
    ) -> float | None:
        """The metric over all held-out users, or None where the first say that it is no good."""
        known = {**self.config.hyperparameters, **chosen}
        config = msgspec.structs.replace(self.config, hyperparameters=known)
        progress(0.0, "")
        model = self.recipe.fit(self.part, config, progress)
        config = self.recipe.tune(
            model, msgspec.structs.replace(self.part, interactions=self.given), config
        )
        tuned = self.recipe.tuned(model, config)
        value = None
        for step, split in enumerate(self.splits):
            value = measure(
                tuned, split, self.recipe.recipe_type, self.part.users, self.part.items
            )[self.metric]
            if gives_up(step, value) and split is not self.splits[-1]:
                return None
        return value

    def one_by_one(
        self, several: Sequence[Chosen], gives_up: GivesUp, progress: Progress
    ) -> list[float | None]:
        """The values of several trainings, in this process."""
        found = []
        for number, chosen in enumerate(several):

            def stops(step: int, value: float, number: int = number) -> bool:
                return gives_up(number, step, value)

            def goes_on(share: float, words: str, number: int = number) -> None:
                progress((number + share) / len(several), words)

            found.append(self.value(chosen, stops, goes_on))
        return found


def _growing(split: Split, seed: int) -> Iterator[Split]:
    """A split with its held-out users in growing numbers, all of them at the end."""
    users = np.random.default_rng(seed).permutation(split.users)
    user_of_rows = split.truth.user_of_rows()
    for share in _SHARES:
        asked = users[: round(share * len(users))]
        if len(asked) < min(_FEWEST, len(users)):
            continue
        truth = split.truth.where(np.isin(user_of_rows, asked))
        yield msgspec.structs.replace(split, truth=truth)
