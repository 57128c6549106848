"""From CSV files to trained recommenders through the public API, safe to run again."""

import re
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from allstore.shop.settings import ShopConfig
from allstore.simulator import schemas

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient

Report = Callable[[str, float, str], None]
"""Called with a step's name, the share done, and what the engine says it is doing."""

_RECIPE = "arn:aws:personalize:::recipe/"
_DATASETS = {
    "Interactions": (schemas.INTERACTIONS, "interactions.csv"),
    "Items": (schemas.ITEMS, "items.csv"),
    "Users": (schemas.USERS, "users.csv"),
}
_POLL_SECONDS = 0.25


class Provisioner:
    """Makes the store's resources in one dataset group, or finds those that are there."""

    def __init__(self, personalize: "PersonalizeClient", name: str, report: Report) -> None:
        self._personalize = personalize
        self._name = name
        self._report = report

    def provision(self, folder: Path) -> ShopConfig:
        """Import the CSV files of `folder` and train both recommenders.

        Raises RuntimeError with the engine's reason where a step fails.
        """
        group_arn = self._group()
        self._datasets(group_arn, folder)
        tracking_id = self._tracking_id(group_arn)
        recommenders = {
            recipe: self._recommender(group_arn, recipe)
            for recipe in ("aws-ecomm-popular-items-by-views", "aws-ecomm-recommended-for-you")
        }
        for recipe, arn in recommenders.items():
            self._wait(
                f"training {recipe.removeprefix('aws-ecomm-')}",
                partial(self._personalize.describe_recommender, recommenderArn=arn),
                "recommender",
            )
        return ShopConfig(
            recommended_for_you_arn=recommenders["aws-ecomm-recommended-for-you"],
            popular_by_views_arn=recommenders["aws-ecomm-popular-items-by-views"],
            tracking_id=tracking_id,
        )

    def _group(self) -> str:
        arn = _arn_of(
            lambda: self._personalize.create_dataset_group(name=self._name, domain="ECOMMERCE")[
                "datasetGroupArn"
            ]
        )
        self._wait(
            "dataset group",
            lambda: self._personalize.describe_dataset_group(datasetGroupArn=arn),
            "datasetGroup",
        )
        return arn

    def _datasets(self, group_arn: str, folder: Path) -> None:
        imports = {}
        for kind, (schema, file) in _DATASETS.items():
            dataset_arn = self._dataset(group_arn, kind, schema)
            imports[kind] = self._import(dataset_arn, kind, (folder / file).as_uri())
        for kind, arn in imports.items():
            self._wait(
                f"importing {kind.lower()}",
                partial(self._personalize.describe_dataset_import_job, datasetImportJobArn=arn),
                "datasetImportJob",
            )

    def _dataset(self, group_arn: str, kind: str, schema: str) -> str:
        schema_arn = _arn_of(
            lambda: self._personalize.create_schema(
                name=f"{self._name}-{kind.lower()}", schema=schema, domain="ECOMMERCE"
            )["schemaArn"]
        )
        dataset_arn = _arn_of(
            lambda: self._personalize.create_dataset(
                name=f"{self._name}-{kind.lower()}",
                schemaArn=schema_arn,
                datasetGroupArn=group_arn,
                datasetType=kind,
            )["datasetArn"]
        )
        self._wait(
            f"{kind.lower()} dataset",
            lambda: self._personalize.describe_dataset(datasetArn=dataset_arn),
            "dataset",
        )
        return dataset_arn

    def _import(self, dataset_arn: str, kind: str, location: str) -> str:
        """The first import that has not failed, or a new one."""
        pages = self._personalize.get_paginator("list_dataset_import_jobs").paginate(
            datasetArn=dataset_arn
        )
        for page in pages:
            for job in page["datasetImportJobs"]:
                if "FAILED" not in job["status"]:
                    return job["datasetImportJobArn"]
        answer = self._personalize.create_dataset_import_job(
            jobName=f"{self._name}-{kind.lower()}-{int(time.time())}",
            datasetArn=dataset_arn,
            dataSource={"dataLocation": location},
        )
        return answer["datasetImportJobArn"]

    def _tracking_id(self, group_arn: str) -> str:
        arn = _arn_of(
            lambda: self._personalize.create_event_tracker(
                name=self._name, datasetGroupArn=group_arn
            )["eventTrackerArn"]
        )
        answer = self._wait(
            "event tracker",
            lambda: self._personalize.describe_event_tracker(eventTrackerArn=arn),
            "eventTracker",
        )
        return str(answer["trackingId"])

    def _recommender(self, group_arn: str, recipe: str) -> str:
        def create() -> str:
            return self._personalize.create_recommender(
                name=f"{self._name}-{recipe.removeprefix('aws-ecomm-')}",
                datasetGroupArn=group_arn,
                recipeArn=f"{_RECIPE}{recipe}",
            )["recommenderArn"]

        arn = _arn_of(create)
        described = self._personalize.describe_recommender(recommenderArn=arn)["recommender"]
        if "FAILED" not in described["status"]:
            return arn
        self._personalize.delete_recommender(recommenderArn=arn)
        self._wait_until_gone(lambda: self._personalize.describe_recommender(recommenderArn=arn))
        return create()

    def _wait(
        self, step: str, describe: Callable[[], Mapping[str, Any]], member: str
    ) -> Mapping[str, Any]:
        """Poll until ACTIVE, reporting what the engine says; RuntimeError where it failed."""
        note = "there already"
        while True:
            answer = describe()
            resource: Mapping[str, Any] = answer[member]
            if resource["status"] == "ACTIVE":
                self._report(step, 1.0, note)
                return resource
            note = "ready"
            if "FAILED" in resource["status"]:
                raise RuntimeError(f"{step}: {resource.get('failureReason', resource['status'])}")
            self._report(step, *_progress(answer, str(resource["status"])))
            time.sleep(_POLL_SECONDS)

    def _wait_until_gone(self, describe: Callable[[], Mapping[str, Any]]) -> None:
        while True:
            try:
                describe()
            except ClientError as error:
                if error.response["Error"]["Code"] == "ResourceNotFoundException":
                    return
                raise
            time.sleep(_POLL_SECONDS)


def _arn_of(create: Callable[[], str]) -> str:
    """The ARN of what `create` makes, or of what has been there before."""
    try:
        return create()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
            raise
        found = re.search(r"arn:aws:personalize\S*", error.response["Error"]["Message"])
        if found is None:
            raise
        return found.group()


def _progress(answer: Mapping[str, Any], status: str) -> tuple[float, str]:
    """What the engine sends beside the documented members; the real service sends nothing."""
    header = answer["ResponseMetadata"]["HTTPHeaders"].get("x-aisle-progress", "")
    share, _, note = header.partition(" ")
    return (float(share), note) if share else (0.0, status.lower())
