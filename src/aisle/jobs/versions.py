"""New versions of a solution, asked for or begun by themselves."""

import time
from typing import Any
from uuid import uuid4

from aisle.records import Solution, SolutionVersion


def new_version(solution: Solution, *, name: str | None = None, **members: Any) -> SolutionVersion:
    """A version that waits to be trained as its solution says; `members` beside the solution's."""
    now = time.time()
    version_id = uuid4().hex[:8]
    return SolutionVersion(
        arn=f"{solution.arn}/{version_id}",
        name=name or version_id,
        parent_arn=solution.arn,
        creation_date_time=now,
        last_updated_date_time=now,
        solution_arn=solution.arn,
        dataset_group_arn=solution.dataset_group_arn,
        recipe_arn=solution.recipe_arn,
        event_type=solution.event_type,
        perform_hpo=solution.perform_hpo,
        perform_auto_ml=solution.perform_auto_ml,
        perform_incremental_update=solution.perform_incremental_update,
        solution_config=solution.solution_config,
        **members,
    )
