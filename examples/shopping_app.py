"""Everything that a shopping app needs on AWS, from its data to its recommenders' parameters.

    aisle serve --local-aws &
    aisle simulate --out store
    export AWS_ENDPOINT_URL=http://127.0.0.1:8000 AWS_DEFAULT_REGION=us-east-1
    export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any
    python examples/shopping_app.py store
    python examples/shopping_app.py --teardown

Without AWS_ENDPOINT_URL it does the same on Amazon's own services. It can be run again at any time:
what is there is found, by the ARN in the message that says so. The teardown leaves nothing.
"""

import argparse
import json
import re
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

NAME = "shopping-app"
DOMAIN = "ECOMMERCE"
RECIPES = {
    "recommended-for-you": "aws-ecomm-recommended-for-you",
    "trending-products": "aws-ecomm-popular-items-by-views",
}
DATASETS = ("items", "users", "interactions")
POLL_SECONDS = 0.5
"""Enough for this engine; Amazon's own takes an hour to train: 30 is polite there."""

NULLABLE = ["null", "string"]
FIELDS: Mapping[str, list[dict[str, Any]]] = {
    "items": [
        {"name": "ITEM_ID", "type": "string"},
        {"name": "PRICE", "type": "float"},
        {"name": "CATEGORY_L1", "type": "string", "categorical": True},
        {"name": "CATEGORY_L2", "type": NULLABLE, "categorical": True},
        {"name": "PRODUCT_DESCRIPTION", "type": NULLABLE, "textual": True},
        {"name": "GENDER", "type": NULLABLE, "categorical": True},
        {"name": "PROMOTED", "type": NULLABLE, "categorical": True},
    ],
    "users": [
        {"name": "USER_ID", "type": "string"},
        {"name": "AGE", "type": "int"},
        {"name": "GENDER", "type": "string", "categorical": True},
    ],
    "interactions": [
        {"name": "ITEM_ID", "type": "string"},
        {"name": "USER_ID", "type": "string"},
        {"name": "EVENT_TYPE", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"},
    ],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, help="folder with the three CSV files")
    parser.add_argument("--user", default="1", help="whom to recommend something in the end")
    parser.add_argument("--teardown", action="store_true", help="delete all of it")
    arguments = parser.parse_args()
    app = ShoppingApp()
    if arguments.teardown:
        app.tear_down()
    elif arguments.data is None:
        parser.error("name the folder with items.csv, users.csv and interactions.csv")
    else:
        app.set_up(arguments.data)
        app.recommend(arguments.user)


class ShoppingApp:
    """The app's resources in the account and region of the environment."""

    def __init__(self) -> None:
        session = boto3.Session()
        self.personalize = session.client("personalize")
        self.runtime = session.client("personalize-runtime")
        self.s3 = session.client("s3")
        self.iam = session.client("iam")
        self.ssm = session.client("ssm")
        self.region = session.region_name or "us-east-1"
        self.account = session.client("sts").get_caller_identity()["Account"]
        self.bucket = f"{NAME}-{self.account}-{self.region}"
        self.arn = f"arn:aws:personalize:{self.region}:{self.account}:"

    def set_up(self, data: Path) -> None:
        """Make whatever is not there yet, in the order in which one thing needs another."""
        schemas = self.schemas()
        group = self.create(
            self.personalize.create_dataset_group, "datasetGroupArn", name=NAME, domain=DOMAIN
        )
        self.wait("dataset_group", group)
        role = self.role()
        self.upload(data)
        for kind in DATASETS:
            dataset = self.create(
                self.personalize.create_dataset,
                "datasetArn",
                name=f"{NAME}-{kind}",
                schemaArn=schemas[kind],
                datasetGroupArn=group,
                datasetType=kind,
            )
            self.wait("dataset", dataset)
            job = self.create(
                self.personalize.create_dataset_import_job,
                "datasetImportJobArn",
                jobName=f"{NAME}-{kind}",
                datasetArn=dataset,
                dataSource={"dataLocation": f"s3://{self.bucket}/{kind}.csv"},
                roleArn=role,
            )
            self.wait("dataset_import_job", job)
        self.recommenders(group)

    def schemas(self) -> dict[str, str]:
        """Delete those of an earlier set-up that no dataset uses, and make those that lack."""
        arns = {}
        for kind in DATASETS:
            self.gone(
                self.personalize.delete_schema,
                "ResourceInUseException",
                schemaArn=f"{self.arn}schema/{NAME}-{kind}",
            )
            document = {
                "type": "record",
                "name": kind.title(),
                "namespace": "com.amazonaws.personalize.schema",
                "fields": FIELDS[kind],
                "version": "1.0",
            }
            arns[kind] = self.create(
                self.personalize.create_schema,
                "schemaArn",
                name=f"{NAME}-{kind}",
                schema=json.dumps(document),
                domain=DOMAIN,
            )
        return arns

    def upload(self, data: Path) -> None:
        """The files into a bucket that the service may read."""
        location = {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        elsewhere: Any = {} if self.region == "us-east-1" else location
        try:
            self.s3.create_bucket(Bucket=self.bucket, **elsewhere)
        except (self.s3.exceptions.BucketAlreadyOwnedByYou, self.s3.exceptions.BucketAlreadyExists):
            say("found", f"s3://{self.bucket}")
        resources = [f"arn:aws:s3:::{self.bucket}", f"arn:aws:s3:::{self.bucket}/*"]
        allowed = _allow(["s3:GetObject", "s3:ListBucket"], resources)
        policy = _policy({**allowed, "Principal": {"Service": "personalize.amazonaws.com"}})
        self.s3.put_bucket_policy(Bucket=self.bucket, Policy=policy)
        for kind in DATASETS:
            file = data / f"{kind}.csv"
            say("uploading", f"{file} ({file.stat().st_size:,} bytes)")
            self.s3.upload_file(str(file), self.bucket, f"{kind}.csv")

    def role(self) -> str:
        """A role that the service takes on to read the bucket."""
        try:
            arn = self.iam.get_role(RoleName=NAME)["Role"]["Arn"]
        except self.iam.exceptions.NoSuchEntityException:
            principal = {"Service": "personalize.amazonaws.com"}
            trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
            made = self.iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=_policy(trust))
            arn = made["Role"]["Arn"]
        resources = [f"arn:aws:s3:::{self.bucket}", f"arn:aws:s3:::{self.bucket}/*"]
        reading = _policy(_allow(["s3:GetObject", "s3:ListBucket"], resources))
        self.iam.put_role_policy(RoleName=NAME, PolicyName="read-bucket", PolicyDocument=reading)
        say("role", arn)
        return str(arn)

    def recommenders(self, group: str) -> None:
        """Train the two, and keep their ARNs where the app looks for them."""
        arns = {
            name: self.create(
                self.personalize.create_recommender,
                "recommenderArn",
                name=f"{NAME}-{name}",
                datasetGroupArn=group,
                recipeArn=f"arn:aws:personalize:::recipe/{recipe}",
            )
            for name, recipe in RECIPES.items()
        }
        for name, arn in arns.items():
            self.wait("recommender", arn)
            self.ssm.put_parameter(Name=_parameter(name), Value=arn, Type="String", Overwrite=True)

    def recommend(self, user: str) -> None:
        """What the app shows a user, by the ARN in the parameter."""
        name = _parameter("recommended-for-you")
        arn = self.ssm.get_parameter(Name=name)["Parameter"]["Value"]
        answer = self.runtime.get_recommendations(recommenderArn=arn, userId=user, numResults=10)
        print(f"User {user} is recommended:")
        for item in answer["itemList"]:
            print(f"  {item['itemId']}")

    def tear_down(self) -> None:
        """Delete everything, each after what needs it."""
        for name in RECIPES:
            arn = f"{self.arn}recommender/{NAME}-{name}"
            self.delete("recommender", arn)
            self.gone(self.ssm.delete_parameter, Name=_parameter(name))
        for kind in DATASETS:
            self.delete("dataset", f"{self.arn}dataset/{NAME}/{kind.upper()}")
        self.delete("dataset_group", f"{self.arn}dataset-group/{NAME}")
        for kind in DATASETS:
            self.gone(self.personalize.delete_schema, schemaArn=f"{self.arn}schema/{NAME}-{kind}")
            self.gone(self.s3.delete_object, Bucket=self.bucket, Key=f"{kind}.csv")
        self.gone(self.s3.delete_bucket, Bucket=self.bucket)
        self.gone(self.iam.delete_role_policy, RoleName=NAME, PolicyName="read-bucket")
        self.gone(self.iam.delete_role, RoleName=NAME)
        print("Nothing is left.")

    def create(self, call: Callable[..., Any], member: str, **members: Any) -> str:
        """The ARN of a resource that is made now, or was there: then its message has the ARN."""
        try:
            arn: str = call(**members)[member]
        except self.personalize.exceptions.ResourceAlreadyExistsException as error:
            found = re.search(r"arn:aws:personalize\S+", str(error))
            if found is None:
                raise
            arn = found.group(0)
            say("found", arn)
        else:
            say("creating", arn)
        return arn

    def wait(self, kind: str, arn: str) -> None:
        """Poll until a resource is ACTIVE; end the script where it has failed."""
        shown = ""
        while shown != "ACTIVE":
            found = self.described(kind, arn)
            if found["status"] != shown:
                shown = found["status"]
                say(shown, arn)
            if "FAILED" in shown:
                sys.exit(f"{arn}: {found.get('failureReason')}")
            if shown != "ACTIVE":
                time.sleep(POLL_SECONDS)

    def described(self, kind: str, arn: str) -> Mapping[str, Any]:
        call = getattr(self.personalize, f"describe_{kind}")
        found: Mapping[str, Any] = call(**{f"{_member(kind)}Arn": arn})[_member(kind)]
        return found

    def delete(self, kind: str, arn: str) -> None:
        """Delete a resource, as soon as it can be, and wait until it is gone."""
        call = getattr(self.personalize, f"delete_{kind}")
        told = False
        while True:
            try:
                call(**{f"{_member(kind)}Arn": arn})
            except self.personalize.exceptions.ResourceNotFoundException:
                return
            except self.personalize.exceptions.ResourceInUseException as error:
                if "DELETE" not in str(error):
                    say("waiting", str(error))
            if not told:
                say("deleting", arn)
                told = True
            time.sleep(POLL_SECONDS)

    @staticmethod
    def gone(call: Callable[..., Any], *unless: str, **members: Any) -> None:
        """Delete something, unless it is not there or an error of those codes says why not."""
        try:
            call(**members)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {*ABSENT, *unless}:
                raise
        else:
            say("deleted", str(list(members.values())[-1]))


ABSENT = ("NoSuchBucket", "NoSuchEntity", "ParameterNotFound", "ResourceNotFoundException")
"""Codes of what cannot be deleted because it is not there."""


def say(what: str, of: str) -> None:
    print(f"{what:20} {of}", flush=True)


def _member(kind: str) -> str:
    """What answers call a kind of resource, such as `datasetGroup`."""
    first, *others = kind.split("_")
    return first + "".join(word.title() for word in others)


def _parameter(name: str) -> str:
    return f"/{NAME}/{name}-arn"


def _allow(actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def _policy(statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


if __name__ == "__main__":
    main()
