"""The one protocol that every recipe follows, built-in or one's own."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import EMPTY, Catalogue
from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.recipes.hyperparameters import Choice, Hyperparameter

Progress = Callable[[float, str], None]
"""Called with the share done (0 to 1) and what is going on; raises to cancel."""


class RecipeType(StrEnum):
    """What a recipe is for, in the service's words."""

    USER_PERSONALIZATION = "USER_PERSONALIZATION"
    PERSONALIZED_RANKING = "PERSONALIZED_RANKING"
    RELATED_ITEMS = "RELATED_ITEMS"
    PERSONALIZED_ACTIONS = "PERSONALIZED_ACTIONS"
    USER_SEGMENTATION = "USER_SEGMENTATION"


class Config(msgspec.Struct, frozen=True):
    """What a training is told: hyperparameters and parameters of the feature transformation (text,
    as on the wire), a seed, and how much work it may be.
    """

    hyperparameters: Mapping[str, str] = {}
    seed: int = 0
    features: Mapping[str, str] = {}
    most_positions: int = 5_000_000
    """How many events an iterative training goes through, all epochs together."""


class TrainingData(msgspec.Struct, frozen=True):
    """What a recipe learns from: events, and what the Items and Users datasets say."""

    interactions: Interactions
    items: Catalogue = EMPTY
    """Rows of the Items dataset, in an order of their own: `items.code(item_id)` finds one."""
    users: Catalogue = EMPTY
    """Rows of the Users dataset."""


class Query(msgspec.Struct, frozen=True):
    """One request for scores. Codes point into the model's `items`."""

    history: NDArray[np.int32]
    """`[events]` the user's items, oldest first; empty for an unknown user. Only what is `Live` is
    asked with codes beyond the model's."""
    times: NDArray[np.int64]
    """`[events]` epoch seconds."""
    now: float
    """Epoch seconds of the request."""
    item: int = -1
    """The item asked about (related items); -1 if none or unknown."""
    positive: NDArray[np.bool_] | None = None
    """`[events]` for actions: whether the user took the action; None where the recipe has none."""
    event_type: NDArray[np.uint8] | None = None
    """`[events]` codes into the event types that the model learnt from, 0 for any other; None where
    they are not known."""
    value: NDArray[np.float32] | None = None
    """`[events]` EVENT_VALUE, NaN where an event has none; None where no event has one."""
    traits: Mapping[str, str | float] = {}
    """The user's row of the Users dataset, without nulls; nothing where `reads_traits` is false."""
    context: Mapping[str, str] = {}
    """What is known of the context of the request, by the names of the columns of interactions."""
    item_traits: Mapping[str, str | float] = {}
    """The row of the Items dataset of the item asked about, without nulls."""

    def only(self, events: NDArray[np.bool_] | slice) -> "Query":
        """The same request with a part of the user's events."""
        return msgspec.structs.replace(
            self,
            history=self.history[events],
            times=self.times[events],
            positive=None if self.positive is None else self.positive[events],
            event_type=None if self.event_type is None else self.event_type[events],
            value=None if self.value is None else self.value[events],
        )


class Model(Protocol):
    """What a recipe learnt. It scores without the training libraries."""

    @property
    def items(self) -> IdIndex: ...

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[items]`: a score for every item of the catalogue, higher is better.

        Those of user personalisation and ranking are probabilities and sum to 1; items the user has
        seen are in the running, weighed as the model sees fit. Minus infinity: never recommend.
        """
        ...

    def save(self, folder: Path) -> None:
        """Write arrays and a manifest into a folder that exists."""
        ...

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote. Raises ValueError for another model's artefact."""
        ...


def reads_traits(model: Model) -> bool:
    """Whether a model's answers depend on `Query.traits`: they may, unless it says otherwise in an
    attribute of this name.
    """
    return bool(getattr(model, "reads_traits", True))


class StreamedEvents(msgspec.Struct, frozen=True):
    """Events that came after a training, of the kinds that the recipe learns from, as they came."""

    users: Sequence[str]
    """Whose each is: a user's id, or what stands in for one where a session names nobody."""
    item: NDArray[np.int32]
    """`[events]` codes into the model's items, and from there on one for each item that the model
    has not, in the order in which they were first heard of."""
    event_type: NDArray[np.uint8]
    """`[events]` as `Query.event_type`."""
    value: NDArray[np.float32]
    """`[events]` EVENT_VALUE, NaN where an event has none."""
    time: NDArray[np.float64]
    """`[events]` epoch seconds; not always in order."""
    known: int
    """How many items have a code by now, those that the model has not included."""
    weight: NDArray[np.float32] | None = None
    """`[events]` as `Interactions.weight`."""

    def __len__(self) -> int:
        return len(self.item)


class Live(Protocol):
    """A model's companion that moves with the events streamed since the training.

    It is of one process: each builds its own from the trained model and all events since. Neither
    method is called while the other runs. Memory must not grow with the number of events.
    """

    def absorb(self, events: StreamedEvents) -> None:
        """Take in the next events; each is given once, all in the order of their arrival."""
        ...

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[known]` as `Model.score`, for every item that has a code by now."""
        ...


class Recipe(Protocol):
    """An algorithm under a name of the service."""

    @property
    def name(self) -> str: ...
    @property
    def recipe_type(self) -> RecipeType: ...
    @property
    def domain(self) -> str | None:
        """`ECOMMERCE` or `VIDEO_ON_DEMAND` for a recommender's recipe, None for a solution's."""
        ...

    @property
    def description(self) -> str: ...
    @property
    def needs(self) -> tuple[str, ...]:
        """The members that a request for recommendations has to have, such as `userId`."""
        ...

    @property
    def learns_from(self) -> str:
        """The type of the dataset whose events it learns from."""
        ...

    @property
    def event_type(self) -> str | None:
        """The only type of event the recipe learns from, as the service spells it; None for any."""
        ...

    @property
    def taken_by(self) -> str | None:
        """The type of event, in lower case, after which an item is recommended no longer."""
        ...

    @property
    def shows_scores(self) -> bool:
        """Whether the service's answers carry this recipe's scores."""
        ...

    @property
    def explores(self) -> bool:
        """Whether new items take part of the places, as far as a deployment's weight says."""
        ...

    @property
    def gives_reasons(self) -> bool:
        """Whether answers say why an item is among them."""
        ...

    @property
    def always_metadata(self) -> bool:
        """Whether answers can carry metadata without a deployment's leave."""
        ...

    @property
    def learns_runs(self) -> bool:
        """Whether a user's events with one item in a row are learnt from one by one."""
        ...

    @property
    def declared(self) -> tuple[Hyperparameter, ...]:
        """The hyperparameters: names, ranges and defaults."""
        ...

    @property
    def features(self) -> tuple[Choice, ...]:
        """The parameters of the feature transformation: names, values and defaults."""
        ...

    @property
    def feature_transformation(self) -> str:
        """The name of the feature transformation."""
        ...

    @property
    def model_name(self) -> str:
        """What really trains under this name."""
        ...

    @property
    def defaults(self) -> Mapping[str, str]:
        """The hyperparameters with their default values, as Describe shows them."""
        ...

    @property
    def model_type(self) -> type[Model]:
        """The class that loads an artefact of this recipe."""
        ...

    def check(self, hyperparameters: Mapping[str, str]) -> None:
        """Raise ValueError with a message for the client where one is unknown or out of range."""
        ...

    def check_features(self, parameters: Mapping[str, str]) -> None:
        """As `check`, for the parameters of the feature transformation."""
        ...

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> Model:
        """Learn from all of `data`.

        `start` is a model of this recipe to go on from, of older data or other users; a recipe
        whose training has no use for one leaves it. Raises ValueError with a message for the
        client where a hyperparameter is out of range.
        """
        ...

    def tune(self, model: Any, validation: TrainingData, config: Config) -> Config:
        """Choose what the data should decide and `config` does not say, from unseen events.

        Each user of `validation` with two or more events gives one example: the last event is to
        be predicted from those before it. The answer goes into the final `fit`.
        """
        ...

    def tuned(self, model: Any, config: Config) -> Model:
        """The fitted `model` as it answers under what `tune` chose; cheap, `model` stays as is."""
        ...

    def live(self, model: Any, histories: Interactions) -> Live | None:
        """What moves with streamed events in place of the fitted `model`; None where nothing does.

        `histories` are the events that the training was given, before the recipe's own choice
        among them. Called once a process and model, in a thread: it may take a while.
        """
        ...
