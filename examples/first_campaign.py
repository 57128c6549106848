"""Train and ask, with boto3 and nothing but an endpoint.

    aisle serve --allow-path ml-100k &
    python examples/first_campaign.py --endpoint http://127.0.0.1:8000 --data ml-100k

DATA is a folder with `interactions.csv` or `interactions.csv.gz`: USER_ID, ITEM_ID, TIMESTAMP and
any other columns; `items.csv[.gz]` with a TITLE gives the items names. Without --endpoint the same
script runs on Amazon Personalize (then --data is an s3:// location).
"""

import argparse
import csv
import gzip
import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3

RECIPE = "arn:aws:personalize:::recipe/"
SCHEMA = {
    "type": "record",
    "name": "Interactions",
    "namespace": "com.amazonaws.personalize.schema",
    "fields": [
        {"name": "USER_ID", "type": "string"},
        {"name": "ITEM_ID", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"},
    ],
    "version": "1.0",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--endpoint", help="the engine's address; Amazon's where left out")
    parser.add_argument("--data", required=True, help="folder with interactions.csv[.gz]")
    parser.add_argument("--region", default="us-east-1")
    arguments = parser.parse_args()
    started = time.monotonic()
    FirstCampaign(arguments.endpoint, arguments.region, arguments.data).run()
    print(f"\nAll of it took {time.monotonic() - started:.0f} s.")


class FirstCampaign:
    """The journey from a file to recommendations that follow events."""

    def __init__(self, endpoint: str | None, region: str, data: str) -> None:
        key = "any" if endpoint else None
        session = boto3.Session(
            region_name=region, aws_access_key_id=key, aws_secret_access_key=key
        )
        self.personalize = session.client("personalize", endpoint_url=endpoint)
        self.runtime = session.client("personalize-runtime", endpoint_url=endpoint)
        self.events = session.client("personalize-events", endpoint_url=endpoint)
        self.name = f"first-{int(time.time())}"
        self.location, self.titles = _location(data), _titles(data)

    def run(self) -> None:
        group = self.import_interactions()
        tracking_id = self.personalize.create_event_tracker(name=self.name, datasetGroupArn=group)[
            "trackingId"
        ]
        popularity = self.train(group, "aws-popularity-count")
        version = self.train(group, "aws-user-personalization")
        self.compare(popularity, version)
        campaign = self.deploy(version)
        self.follow_events(campaign, tracking_id)

    def import_interactions(self) -> str:
        schema = self.personalize.create_schema(name=self.name, schema=json.dumps(SCHEMA))
        group = self.personalize.create_dataset_group(name=self.name)["datasetGroupArn"]
        self.wait(
            lambda: self.personalize.describe_dataset_group(datasetGroupArn=group), "datasetGroup"
        )
        dataset = self.personalize.create_dataset(
            name=self.name,
            schemaArn=schema["schemaArn"],
            datasetGroupArn=group,
            datasetType="Interactions",
        )["datasetArn"]
        self.wait(lambda: self.personalize.describe_dataset(datasetArn=dataset), "dataset")
        job = self.personalize.create_dataset_import_job(
            jobName=self.name, datasetArn=dataset, dataSource={"dataLocation": self.location}
        )["datasetImportJobArn"]
        self.wait(
            lambda: self.personalize.describe_dataset_import_job(datasetImportJobArn=job),
            "datasetImportJob",
        )
        return group

    def train(self, group: str, recipe: str) -> str:
        solution = self.personalize.create_solution(
            name=f"{self.name}-{recipe}",
            datasetGroupArn=group,
            recipeArn=f"{RECIPE}{recipe}",
            performAutoTraining=False,
        )["solutionArn"]
        self.wait(lambda: self.personalize.describe_solution(solutionArn=solution), "solution")
        version = self.personalize.create_solution_version(solutionArn=solution)[
            "solutionVersionArn"
        ]
        self.wait(
            lambda: self.personalize.describe_solution_version(solutionVersionArn=version),
            "solutionVersion",
        )
        return version

    def compare(self, popularity: str, version: str) -> None:
        columns = [
            self.personalize.get_solution_metrics(solutionVersionArn=arn)["metrics"]
            for arn in (popularity, version)
        ]
        print(f"\n{'held-out metric':48}{'popularity':>12}{'personal':>12}")
        for metric in columns[1]:
            print(f"{metric:48}{columns[0].get(metric, 0):12.4f}{columns[1][metric]:12.4f}")

    def deploy(self, version: str) -> str:
        campaign = self.personalize.create_campaign(
            name=self.name, solutionVersionArn=version, minProvisionedTPS=1
        )["campaignArn"]
        self.wait(lambda: self.personalize.describe_campaign(campaignArn=campaign), "campaign")
        return campaign

    def follow_events(self, campaign: str, tracking_id: str) -> None:
        """A visitor nobody knows gets what is popular; three events later, what is theirs."""
        visitor = "somebody-new"
        before = self.recommend(campaign, visitor)
        liked = before[len(before) // 2 : len(before) // 2 + 3]
        for item in liked:
            self.events.put_events(
                trackingId=tracking_id,
                userId=visitor,
                sessionId=f"visit-of-{visitor}",
                eventList=[{"eventType": "watch", "itemId": item, "sentAt": datetime.now(UTC)}],
            )
        after = self.recommend(campaign, visitor)
        kept = len(set(before) & set(after))
        print(f"\nThen {visitor} takes {'; '.join(self.title(item) for item in liked)}.")
        print(f"\n{'before':40}{'after'}")
        for old, new in zip(before[:10], after[:10], strict=False):
            print(f"{self.title(old)[:38]:40}{self.title(new)[:38]}")
        print(f"{len(before) - kept} of {len(before)} recommendations have changed.")

    def recommend(self, campaign: str, user: str) -> list[str]:
        answer = self.runtime.get_recommendations(campaignArn=campaign, userId=user, numResults=25)
        return [item["itemId"] for item in answer["itemList"]]

    def title(self, item: str) -> str:
        return self.titles.get(item, item)

    def wait(self, describe: Callable[[], Mapping[str, Any]], member: str) -> None:
        """Poll until ACTIVE; stop with the reason where it failed."""
        began = time.monotonic()
        while (resource := describe()[member])["status"] != "ACTIVE":
            if "FAILED" in resource["status"]:
                raise SystemExit(f"{member}: {resource['failureReason']}")
            time.sleep(0.2)
        print(f"{member:20} ACTIVE after {time.monotonic() - began:5.1f} s")


def _location(data: str) -> str:
    if data.startswith("s3://"):
        return data
    for name in ("interactions.csv", "interactions.csv.gz"):
        path = Path(data).resolve() / name
        if path.exists():
            return path.as_uri()
    raise SystemExit(f"There is no interactions.csv or interactions.csv.gz in {data}.")


def _titles(data: str) -> dict[str, str]:
    for name, opener in (("items.csv", open), ("items.csv.gz", gzip.open)):
        path = Path(data) / name
        if path.exists():
            with opener(path, "rt", encoding="utf-8", newline="") as file:
                return {row["ITEM_ID"]: row.get("TITLE", "") for row in csv.DictReader(file)}
    return {}


if __name__ == "__main__":
    main()
