"""The recipes for whole users: fit the next-item ridge and let the data set its blend."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.evaluation.ranking import place
from aisle.recipes import hyperparameters
from aisle.recipes.base import Config, Progress, TrainingData
from aisle.recipes.declaration import Declaration
from aisle.recipes.hyperparameters import Flag, Hyperparameter, Number, Value, Whole
from aisle.recipes.next_item import NAME, NextItemModel
from aisle.recipes.percentiles import users_within
from aisle.recipes.popularity import popularity

RIDGE: tuple[Hyperparameter, ...] = (
    Number("ridge_lambda", 100.0, 0.001, 1e6, tunable=(1.0, 1000.0)),
    Whole("history_length", 50, 1, 200, tunable=(5, 100)),
    Number("popularity_share", 0.03, 0.0, 1.0),
    Number("repeat_factor", 0.2, 0.0, 1.0),
)
"""The ridge's own, which every recipe that trains it has."""
DECLARED: tuple[Hyperparameter, ...] = (
    Whole("hidden_dimension", 149, 32, 256),
    Whole("bptt", 32, 2, 32),
    Flag("recency_mask", default=True, tunable=True),
    Number("min_user_history_length_percentile", 0.0, 0.0, 1.0),
    Number("max_user_history_length_percentile", 0.99, 0.0, 1.0),
    *RIDGE,
)

_TUNED = ("popularity_share", "repeat_factor")
_SHARES = (0.01, 0.03, 0.1, 0.3, 0.5, 0.7, 0.9)
_REPEATS = (0.0, 0.05, 0.2, 1.0)
_MOST_EXAMPLES = 2000
_CUTOFF = 10
_NOT_DECLARED: Mapping[str, Value] = {
    "min_user_history_length_percentile": 0.0,
    "max_user_history_length_percentile": 0.99,
}
_RECENCY = ("recency_mask", "apply_recency_bias")


class NextItemRecipe(Declaration, frozen=True, kw_only=True):
    """A linear next-item model under one of the service's names.

    `hidden_dimension` and `bptt` are checked and otherwise unused: the closed form has neither a
    hidden layer nor back-propagation; so are those of aws-hrnn-coldstart, as new items are found
    when answering. `recency_mask`, or `apply_recency_bias`, off weighs the whole history alike.
    Where `popularity_share` and `repeat_factor` are not given, `tune` sets them. Beyond
    `most_items` items, the less frequent ones are recommended by popularity alone.
    """

    declared: tuple[Hyperparameter, ...] = DECLARED
    shows_scores: bool = True
    model_name: str = NAME
    most_items: int = 20_000
    """Items in the regression, the most frequent first: memory is 8 bytes times its square."""
    kept: int = 400
    """Entries of each row that the artefact keeps."""

    @property
    def defaults(self) -> Mapping[str, str]:
        """The service's hyperparameters and the ridge's own, but those that `tune` sets."""
        shown = hyperparameters.defaults(self.declared)
        return {name: value for name, value in shown.items() if name not in _TUNED}

    @property
    def model_type(self) -> type[NextItemModel]:
        """What `fit` returns."""
        return NextItemModel

    def check(self, given: Mapping[str, str]) -> None:
        """Raise ValueError for one that is unknown or out of range."""
        self._settings(given)

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> NextItemModel:
        """Solve the regression over all users; the seed plays no part."""
        del start
        events = data.interactions
        settings = self._settings(config.hyperparameters)
        decay = _decay(settings["history_length"], masked=settings["recency"])
        learnt = users_within(
            events,
            settings["min_user_history_length_percentile"],
            settings["max_user_history_length_percentile"],
        )
        codes = _frequent(learnt, self.most_items)
        row_of = np.full(len(events.items), -1, np.int32)
        row_of[codes] = np.arange(len(codes))
        solution = _regress(learnt, row_of, decay, settings["ridge_lambda"], progress)
        columns, values = _strongest(solution, self.kept, progress)
        return NextItemModel(
            items=events.items,
            shares=popularity(events),
            row_of=row_of,
            columns=codes[columns],
            values=values,
            decay=decay,
            popularity_share=settings["popularity_share"],
            repeat_factor=settings["repeat_factor"],
        )

    def tune(self, model: NextItemModel, validation: Interactions, config: Config) -> Config:
        """Set `popularity_share` and `repeat_factor` by NDCG@10, unless the caller gave them."""
        given = config.hyperparameters
        shares = _grid(given, "popularity_share", _SHARES)
        repeats = _grid(given, "repeat_factor", _REPEATS)
        gains = np.zeros((len(shares), len(repeats)))
        for history, target in _examples(validation):
            gains += _gains(model, history, target, shares, repeats)
        share, repeat = np.unravel_index(int(gains.argmax()), gains.shape)
        chosen = {
            "popularity_share": str(shares[share]),
            "repeat_factor": str(repeats[repeat]),
        }
        return msgspec.structs.replace(config, hyperparameters={**given, **chosen})

    def tuned(self, model: NextItemModel, config: Config) -> NextItemModel:
        """The same regression with the blend of `config`."""
        settings = self._settings(config.hyperparameters)
        return msgspec.structs.replace(
            model,
            popularity_share=settings["popularity_share"],
            repeat_factor=settings["repeat_factor"],
        )

    def _settings(self, given: Mapping[str, str]) -> dict[str, Any]:
        settings = {**_NOT_DECLARED, **hyperparameters.parse(self.declared, given)}
        hyperparameters.check_order(
            settings, "min_user_history_length_percentile", "max_user_history_length_percentile"
        )
        recency = all(settings.get(name, True) for name in _RECENCY)
        return {**settings, "recency": recency}


def _decay(length: int, *, masked: bool) -> NDArray[np.float32]:
    """`[length]` the weight of an item by steps back."""
    steps = np.arange(length) if masked else np.zeros(length)
    return (1 / (1 + steps)).astype(np.float32)


def _frequent(data: Interactions, most: int) -> NDArray[np.int32]:
    """Codes of the `most` most frequent items that occur, ascending."""
    counts = np.bincount(data.item, minlength=len(data.items))
    order = np.argsort(-counts, kind="stable")[: min(most, np.count_nonzero(counts))]
    return np.sort(order).astype(np.int32)


def _regress(
    data: Interactions,
    row_of: NDArray[np.int32],
    decay: NDArray[np.float32],
    ridge_lambda: float,
    progress: Progress,
) -> NDArray[np.float32]:
    """`[rows, rows]` the regression's weights, numbered as in `row_of`."""
    from aisle.recipes import ridge  # noqa: PLC0415 - serving must not import SciPy and Numba

    data = data.where(row_of[data.item] >= 0)
    count = int(row_of.max(initial=-1)) + 1
    progress(0.0, "counting pairs of events")
    gram, cross = ridge.accumulate(data.offsets, row_of[data.item], count, decay)
    progress(0.2, f"solving for {count} items")
    return ridge.solve(gram, cross, ridge_lambda)


def _strongest(
    solution: NDArray[np.float32], kept: int, progress: Progress
) -> tuple[NDArray[np.int32], NDArray[np.float16]]:
    from aisle.recipes import ridge  # noqa: PLC0415 - as above

    progress(0.9, "keeping the strongest entries")
    return ridge.strongest(solution, kept)


def _grid(given: Mapping[str, str], name: str, values: tuple[float, ...]) -> tuple[float, ...]:
    return (float(given[name]),) if name in given else values


def _examples(data: Interactions) -> Iterator[tuple[NDArray[np.int32], int]]:
    """History and next item of at most `_MOST_EXAMPLES` users, spread evenly."""
    users = np.flatnonzero(np.diff(data.offsets) > 1)
    for user in users[:: -(-len(users) // _MOST_EXAMPLES) or 1]:
        events = data.item[data.rows_of(user)]
        yield events[:-1], int(events[-1])


def _gains(
    model: NextItemModel,
    history: NDArray[np.int32],
    target: int,
    shares: tuple[float, ...],
    repeats: tuple[float, ...],
) -> NDArray[np.float64]:
    """`[shares, repeats]` NDCG@10 of one example."""
    personal = model.personal(history)
    seen = np.unique(history)
    places = np.array(
        [
            [place(model.blend(personal, seen, share, repeat), target) for repeat in repeats]
            for share in shares
        ]
    )
    return np.where(places < _CUTOFF, 1 / np.log2(places + 2), 0.0)
