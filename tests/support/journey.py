"""The steps of a client that knows only Amazon Personalize."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from running import until
from sample import INTERACTIONS_SCHEMA

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient
    from types_boto3_personalize_events.type_defs import EventTypeDef

RECIPE = "arn:aws:personalize:::recipe/"


def resource(personalize: "PersonalizeClient", kind: str, arn: str) -> Mapping[str, Any]:
    """What Describe says of a resource; `kind` is its member name, such as `datasetGroup`."""
    snake = "".join(f"_{c.lower()}" if c.isupper() else c for c in kind)
    answer = getattr(personalize, f"describe_{snake}")(**{f"{kind}Arn": arn})
    found: Mapping[str, Any] = answer[kind]
    return found


def settled(personalize: "PersonalizeClient", kind: str, arn: str) -> Mapping[str, Any]:
    """Wait until a resource is ACTIVE or has failed."""

    def ask() -> Mapping[str, Any] | None:
        found = resource(personalize, kind, arn)
        done = found["status"] == "ACTIVE" or "FAILED" in found["status"]
        return found if done else None

    found = until(ask, f"{kind} {arn}", seconds=120)
    assert found is not None
    return found


def active(personalize: "PersonalizeClient", kind: str, arn: str) -> str:
    """Wait until a resource is ACTIVE; its ARN."""
    found = settled(personalize, kind, arn)
    assert found["status"] == "ACTIVE", found
    return arn


def group_with_dataset(
    personalize: "PersonalizeClient", name: str, domain: str | None = None
) -> tuple[str, str]:
    """A dataset group and its empty Interactions dataset."""
    extra: dict[str, Any] = {"domain": domain} if domain else {}
    schema = personalize.create_schema(name=name, schema=INTERACTIONS_SCHEMA, **extra)
    group = personalize.create_dataset_group(name=name, **extra)["datasetGroupArn"]
    active(personalize, "datasetGroup", group)
    dataset = personalize.create_dataset(
        name=name,
        schemaArn=schema["schemaArn"],
        datasetGroupArn=group,
        datasetType="Interactions",
    )["datasetArn"]
    return group, active(personalize, "dataset", dataset)


def import_rows(personalize: "PersonalizeClient", dataset: str, location: str) -> str:
    """The ARN of an import job that has ended well."""
    job = personalize.create_dataset_import_job(
        jobName=f"import-{time.time_ns()}",
        datasetArn=dataset,
        dataSource={"dataLocation": location},
    )["datasetImportJobArn"]
    return active(personalize, "datasetImportJob", job)


def train(personalize: "PersonalizeClient", group: str, recipe: str, **solution: Any) -> str:
    """The ARN of an ACTIVE solution version."""
    created = personalize.create_solution(
        name=f"{recipe}-{time.time_ns()}"[:63],
        datasetGroupArn=group,
        recipeArn=f"{RECIPE}{recipe}",
        **solution,
    )["solutionArn"]
    active(personalize, "solution", created)
    version = personalize.create_solution_version(solutionArn=created)["solutionVersionArn"]
    return active(personalize, "solutionVersion", version)


def deploy(personalize: "PersonalizeClient", version: str) -> str:
    """The ARN of an ACTIVE campaign."""
    campaign = personalize.create_campaign(
        name=f"campaign-{time.time_ns()}", solutionVersionArn=version
    )["campaignArn"]
    return active(personalize, "campaign", campaign)


def item_ids(answer: Mapping[str, Any]) -> list[str]:
    """The items of an answer of GetRecommendations, best first."""
    return [item["itemId"] for item in answer["itemList"]]


def event(item: str, kind: str = "View", event_id: str | None = None) -> "EventTypeDef":
    """One event of now, as PutEvents takes it."""
    sent: EventTypeDef = {"eventType": kind, "itemId": item, "sentAt": datetime.now(UTC)}
    return {**sent, "eventId": event_id} if event_id else sent
