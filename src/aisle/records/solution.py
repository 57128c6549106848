"""Records of what is trained: solutions and their versions."""

from typing import Any, ClassVar

import msgspec

from aisle.records.base import Record


class Solution(Record, frozen=True, kw_only=True, rename="camel"):
    """How to train: a recipe, a dataset group and the settings.

    `solution_config` is the request's document with the recipe's defaults filled in, in the
    service's own member names.
    """

    kind: ClassVar[str] = "solution"
    dataset_group_arn: str
    recipe_arn: str
    event_type: str | None = None
    perform_hpo: bool = msgspec.field(default=False, name="performHPO")
    perform_auto_ml: bool = msgspec.field(default=False, name="performAutoML")
    perform_auto_training: bool = True
    perform_incremental_update: bool = False
    solution_config: dict[str, Any]


class SolutionVersion(Record, frozen=True, kw_only=True, rename="camel"):
    """One training of a solution; `artefact` is the object prefix its model lies under."""

    kind: ClassVar[str] = "solution-version"
    solution_arn: str
    dataset_group_arn: str
    recipe_arn: str
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
