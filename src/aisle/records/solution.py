"""Records of what is trained: solutions, their updates and their versions."""

from typing import Any, ClassVar

import msgspec

from aisle.records.base import Record


class Solution(Record, frozen=True, kw_only=True, rename="camel"):
    """How to train: a recipe, a dataset group and the settings.

    `solution_config` is the request's document with the recipe's defaults filled in, in the
    service's own member names. `recipe_arn` is None where AutoML is to choose; `best_recipe_arn`
    is what it chose last. Automatic training counts from `auto_training_since` (epoch s).
    """

    kind: ClassVar[str] = "solution"
    dataset_group_arn: str
    recipe_arn: str | None = None
    event_type: str | None = None
    perform_hpo: bool = msgspec.field(default=False, name="performHPO")
    perform_auto_ml: bool = msgspec.field(default=False, name="performAutoML")
    perform_auto_training: bool = True
    perform_incremental_update: bool = False
    solution_config: dict[str, Any]
    best_recipe_arn: str | None = None
    auto_training_since: float = 0.0


class SolutionUpdate(Record, frozen=True, kw_only=True, rename="camel"):
    """What a solution is to become; members that are None stay as they are."""

    kind: ClassVar[str] = "solution-update"
    solution_update_config: dict[str, Any]
    perform_auto_training: bool | None = None
    perform_incremental_update: bool | None = None


class SolutionVersion(Record, frozen=True, kw_only=True, rename="camel"):
    """One training of a solution; `artefact` is the object prefix its model lies under.

    `settings` are the hyperparameters it was trained with, tuning included; `searched` those of
    them that hyperparameter optimisation chose.
    """

    kind: ClassVar[str] = "solution-version"
    solution_arn: str
    dataset_group_arn: str
    recipe_arn: str | None = None
    event_type: str | None = None
    perform_hpo: bool = msgspec.field(default=False, name="performHPO")
    perform_auto_ml: bool = msgspec.field(default=False, name="performAutoML")
    perform_incremental_update: bool = False
    solution_config: dict[str, Any]
    training_mode: str = "FULL"
    training_type: str = "MANUAL"
    training_hours: float | None = None
    metrics: dict[str, float] | None = None
    artefact: str | None = None
    settings: dict[str, str] = msgspec.field(default_factory=dict)
    searched: dict[str, str] | None = None
