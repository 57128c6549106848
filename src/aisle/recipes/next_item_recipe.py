"""The recipes for whole users: fit the parts of the personalisation model and blend them."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from aisle.data.interactions import Interactions
from aisle.recipes import hyperparameters
from aisle.recipes.base import Config, Progress, TrainingData
from aisle.recipes.blend_tuning import Grid, best_blend, best_content
from aisle.recipes.blended import NAME, BlendedModel
from aisle.recipes.blended_live import LiveBlend
from aisle.recipes.content import content_of
from aisle.recipes.declaration import Declaration
from aisle.recipes.hyperparameters import Choice, Flag, Hyperparameter, Number, Value, Whole
from aisle.recipes.percentiles import users_within
from aisle.recipes.traits import traits_of
from aisle.recipes.transformer.shape import NARROW

OWN: tuple[Hyperparameter, ...] = (
    Number("ridge_lambda", 100.0, 0.001, 1e6, tunable=(1.0, 1000.0)),
    Whole("history_length", 50, 1, 200, tunable=(5, 100)),
    Number("diagonal_lambda", 30.0, 0.001, 1e6, tunable=(1.0, 1000.0)),
    Choice("ridge_solver", "auto", ("auto", "dense", "diagonal")),
    Number("decay_power", 0.7, 0.0, 3.0, tunable=(0.3, 1.5)),
    Number("gap_power", 0.2, 0.0, 3.0, tunable=(0.0, 0.6)),
    Choice("transformer", "auto", ("auto", "on", "off")),
    Whole("most_epochs", 12, 1, 200),
    Number("popularity_share", 0.03, 0.0, 1.0),
    Number("repeat_factor", 0.2, 0.0, 1.0),
    Number("transformer_share", 0.7, 0.0, 1.0),
    Number("content_weight", 0.0, 0.0, 1.0),
)
"""What no recipe of the service has, and every one that trains this model here has."""
DECLARED: tuple[Hyperparameter, ...] = (
    Whole("hidden_dimension", 149, 32, 256),
    Whole("bptt", 32, 2, 32),
    Flag("recency_mask", default=True, tunable=True),
    Number("min_user_history_length_percentile", 0.0, 0.0, 1.0),
    Number("max_user_history_length_percentile", 0.99, 0.0, 1.0),
    *OWN,
)

_TUNED = (
    "ridge_solver",
    "popularity_share",
    "repeat_factor",
    "transformer_share",
    "content_weight",
)
_NOT_DECLARED: Mapping[str, Value] = {
    "min_user_history_length_percentile": 0.0,
    "max_user_history_length_percentile": 0.99,
    "hidden_dimension": 149,
}
_RECENCY = ("recency_mask", "apply_recency_bias")
_LEAST_EVENTS = 20_000
"""Events from which on a transformer is trained where nothing is said."""
_MOST_ITEMS = 200_000
"""Items up to which one is trained where nothing is said: each has a vector that every answer reads
and that few events would teach.
"""
_MANY_EVENTS = 150_000
_MANY_POSITIONS = 1_000_000
_MULTIPLE = 32
"""Widths are cut to a multiple of this."""


class NextItemRecipe(Declaration, frozen=True, kw_only=True):
    """The ridge and the transformer under one of the service's names.

    `hidden_dimension` is the transformer's width, cut to a multiple of 32 (64 for small data).
    `bptt` is checked and otherwise unused: attention looks back without it; so are those of
    aws-hrnn-coldstart, as new items are found when answering. `recency_mask`, or
    `apply_recency_bias`, off weighs the ridge's whole history alike. What is not given of
    `popularity_share`, `repeat_factor`, `transformer_share` and `content_weight`, `tune` sets.
    """

    declared: tuple[Hyperparameter, ...] = DECLARED
    shows_scores: bool = True
    model_name: str = NAME
    most_items: int = 20_000
    """Items that the dense solver takes at most: its memory is 8 bytes times their square."""
    kept: int = 400
    """Entries of each row of the regression that the artefact keeps."""

    @property
    def defaults(self) -> Mapping[str, str]:
        """The service's hyperparameters and the model's own, but those that `tune` sets."""
        shown = hyperparameters.defaults(self.declared)
        return {name: value for name, value in shown.items() if name not in _TUNED}

    @property
    def model_type(self) -> type[BlendedModel]:
        """What `fit` returns."""
        return BlendedModel

    def check(self, given: Mapping[str, str]) -> None:
        """Raise ValueError for one that is unknown or out of range."""
        self._settings(given)

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> BlendedModel:
        """Solve the regression, then train the transformer from it, or from that of `start`."""
        from aisle.recipes import ridge_training  # noqa: PLC0415 - serving must not import SciPy

        settings = self._settings(config.hyperparameters)
        events = data.interactions
        learnt = users_within(
            events,
            settings["min_user_history_length_percentile"],
            settings["max_user_history_length_percentile"],
        )
        deep = _trains_transformer(settings["transformer"], learnt, config)
        ridges = ridge_training.fit_ridges(
            events,
            learnt,
            settings,
            _part(progress, 0.0, 0.1) if deep else progress,
            most_items=self.most_items,
            kept=self.kept,
        )
        solver = next(iter(ridges))
        ridge = ridges.pop(solver)
        of_items = traits_of(events.items, data.items)
        transformer = None
        if deep:
            from aisle.recipes.transformer.fitting import fit_transformer  # noqa: PLC0415 - as above

            before = start.transformer if isinstance(start, BlendedModel) else None
            transformer = fit_transformer(
                data,
                learnt,
                {solver: ridge, **ridges},
                of_items=of_items,
                lambda_=settings["diagonal_lambda"],
                width=_width(settings, learnt, config),
                most_epochs=settings["most_epochs"],
                config=config,
                progress=_part(progress, 0.1, 1.0),
                start=before,
            )
        return BlendedModel(
            ridge=ridge,
            solver=solver,
            others=ridges,
            transformer=transformer,
            transformer_share=settings["transformer_share"],
            repeat_factor=settings["repeat_factor"],
            content=content_of(of_items),
            content_weight=settings["content_weight"],
        )

    def tune(self, model: BlendedModel, validation: TrainingData, config: Config) -> Config:
        """Set by NDCG@10 what the caller did not give: the shares, the repeat factor and what the
        items' metadata weighs.
        """
        given = config.hyperparameters
        grid = Grid(tuple(model.ridges))
        if model.transformer is None:
            grid = replace(grid, transformer_shares=(0.0,))
        known = {
            f"{name}s": (float(given[name]),)
            for name in ("popularity_share", "repeat_factor", "transformer_share")
            if name in given
        }
        found = best_blend(model, validation, replace(grid, **known))
        chosen = {
            "ridge_solver": found.solver,
            "popularity_share": str(found.popularity_share),
            "repeat_factor": str(found.repeat_factor),
        }
        if model.transformer is not None:
            chosen["transformer_share"] = str(found.transformer_share)
        config = replace(config, hyperparameters={**given, **chosen})
        if model.content is None or "content_weight" in given:
            return config
        shares = known.get("transformer_shares", grid.transformer_shares)
        said = best_content(self.tuned(model, config), validation, shares)
        chosen["content_weight"] = str(said.content_weight)
        if model.transformer is not None:
            chosen["transformer_share"] = str(said.transformer_share)
        return replace(config, hyperparameters={**given, **chosen})

    def tuned(self, model: BlendedModel, config: Config) -> BlendedModel:
        """The same parts with the blend of `config`."""
        settings = self._settings(config.hyperparameters)
        solver = settings["ridge_solver"] if model.others else model.solver
        return replace(
            model,
            ridge=replace(model.ridges[solver], popularity_share=settings["popularity_share"]),
            solver=solver,
            others={},
            transformer_share=settings["transformer_share"],
            repeat_factor=settings["repeat_factor"],
            content_weight=settings["content_weight"],
        )

    def live(self, model: BlendedModel, histories: Interactions) -> LiveBlend:
        """The same blend, whose ridge and popularity go on with streamed events."""
        return LiveBlend(model, histories)

    def _settings(self, given: Mapping[str, str]) -> dict[str, Any]:
        settings = {**_NOT_DECLARED, **hyperparameters.parse(self.declared, given)}
        hyperparameters.check_order(
            settings, "min_user_history_length_percentile", "max_user_history_length_percentile"
        )
        if not all(settings.get(name, True) for name in _RECENCY):
            settings["decay_power"] = settings["gap_power"] = 0.0
        return settings


def _trains_transformer(said: str, events: Interactions, config: Config) -> bool:
    """Where nothing is said, it takes enough events to learn more than the ridge does, and not too
    many items.
    """
    if not config.most_positions:
        return False
    fits = len(events) >= _LEAST_EVENTS and len(events.items) <= _MOST_ITEMS
    return said == "on" or (said == "auto" and fits)


def _width(settings: Mapping[str, Any], events: Interactions, config: Config) -> int:
    """`hidden_dimension`, cut to what computes well; less where little is to be gone through."""
    width = max(int(settings["hidden_dimension"]) // _MULTIPLE * _MULTIPLE, _MULTIPLE)
    few = len(events) < _MANY_EVENTS or config.most_positions < _MANY_POSITIONS
    return min(width, NARROW) if few else width


def _part(progress: Progress, start: float, stop: float) -> Progress:
    """Progress of a step that is a stretch of the whole."""
    return lambda share, words: progress(start + share * (stop - start), words)
