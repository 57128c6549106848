"""A server with a small group to train on, for tests of what becomes of models."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from journey import RECIPE, active, group_with_dataset, import_rows, resource
from running import Server, until
from sample import write_interactions

POPULAR = f"{RECIPE}aws-popularity-count"
PERSONAL = f"{RECIPE}aws-user-personalization"


class Trained:
    """A group with rows."""

    def __init__(
        self,
        folder: Path,
        server: Server,
        domain: str | None = None,
        events: list[tuple[str, ...]] | None = None,
    ) -> None:
        file = write_interactions(folder / "in" / "interactions.csv", events)
        self.folder = folder
        self.server = server
        self.personalize = self.server.personalize
        self.group, self.dataset = group_with_dataset(self.personalize, "lives", domain=domain)
        import_rows(self.personalize, self.dataset, file.as_uri())

    def solution(self, name: str, recipe: str = POPULAR, **members: Any) -> str:
        """The ARN of an ACTIVE solution that trains when told to."""
        arn = self.personalize.create_solution(
            **{
                "name": name,
                "datasetGroupArn": self.group,
                "recipeArn": recipe,
                "performAutoTraining": False,
                **members,
            }
        )["solutionArn"]
        return active(self.personalize, "solution", arn)

    def version(self, solution: str, **members: Any) -> str:
        """The ARN of an ACTIVE version."""
        made = self.personalize.create_solution_version(solutionArn=solution, **members)
        return active(self.personalize, "solutionVersion", made["solutionVersionArn"])

    def updated(self, kind: str, arn: str) -> Mapping[str, Any]:
        """A resource once its update is ACTIVE."""
        member = f"latest{kind[0].upper()}{kind[1:]}Update"

        def look() -> Mapping[str, Any] | None:
            found = resource(self.personalize, kind, arn)
            return found if found.get(member, {}).get("status") == "ACTIVE" else None

        found = until(look, f"the update of {arn}")
        assert found is not None
        return found

    def reached(self, kind: str, arn: str, status: str) -> Mapping[str, Any]:
        """A resource once it has a status."""

        def look() -> Mapping[str, Any] | None:
            found = resource(self.personalize, kind, arn)
            return found if found["status"] == status else None

        found = until(look, f"{arn} to be {status}")
        assert found is not None
        return found


def code(error: Exception) -> str:
    """The service's name of an error."""
    assert isinstance(error, ClientError)
    return str(error.response["Error"]["Code"])
