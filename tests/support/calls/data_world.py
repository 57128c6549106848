"""One of each resource of the data side on a server, each made when it is first asked for."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from itertools import count
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from calls.raw import Wire
from calls.stage import schema_of
from running import Server, until

P = ParamSpec("P")
W = TypeVar("W", bound="DataWorld")

RECIPE = "arn:aws:personalize:::recipe/"
ROLE = "arn:aws:iam::000000000000:role/personalize"
SHOP = "ECOMMERCE"

Document = dict[str, Any]


def once(make: Callable[Concatenate[W, P], str]) -> Callable[Concatenate[W, P], str]:
    """Make a resource at the first call only; later calls give its ARN again."""
    asked = signature(make)

    @wraps(make)
    def made(world: W, /, *args: P.args, **kwargs: P.kwargs) -> str:
        given = asked.bind(world, *args, **kwargs)
        given.apply_defaults()
        key = (make.__name__, *given.args[1:])
        if key not in world.made:
            world.made[key] = make(world, *args, **kwargs)
        return world.made[key]

    return made


class DataWorld:
    """Resources of one server, by what they are; those without a domain belong to one group."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.wire = Wire(server.url)
        self.made: dict[object, str] = {}
        self._names = count()

    def name(self) -> str:
        """One that no resource has yet."""
        return f"made-{next(self._names)}"

    def call(self, operation: str, document: Document) -> Document:
        """The answer to a request that has to succeed."""
        reply = self.wire.call(operation, document)
        assert not reply.code, f"{operation}: {reply.code}: {reply.message}"
        return reply.document or {}

    def described(self, arn_member: str, arn: str) -> Document:
        """What Describe says of a resource; `arn_member` is such as `datasetGroupArn`."""
        kind = arn_member.removesuffix("Arn")
        answer = self.call(f"Describe{kind[:1].upper()}{kind[1:]}", {arn_member: arn})
        found: Document = answer[kind]
        return found

    def create(self, kind: str, document: Document, *, wait: bool = True) -> str:
        """The ARN of a new resource of a kind such as `DatasetGroup`, ACTIVE where one waits."""
        member = f"{kind[0].lower()}{kind[1:]}Arn"
        arn: str = self.call(f"Create{kind}", document)[member]
        if wait:
            self.active(member, arn)
        return arn

    def active(self, arn_member: str, arn: str) -> None:
        """Wait until a resource is ACTIVE."""

        def settled() -> Document | None:
            found = self.described(arn_member, arn)
            done = found["status"] == "ACTIVE" or "FAILED" in found["status"]
            return found if done else None

        found = until(settled, f"{arn} to settle", seconds=120)
        assert found is not None
        assert found["status"] == "ACTIVE", found

    def gone(self, document: Document) -> None:
        """Wait until what a Delete request named is not there any more."""
        ((member, arn),) = document.items()
        kind = member.removesuffix("Arn")
        describe = f"Describe{kind[:1].upper()}{kind[1:]}"
        until(
            lambda: self.wire.call(describe, document).code == "ResourceNotFoundException",
            f"{arn} to be gone",
        )

    @once
    def schema(self, dataset_type: str = "Users", domain: str | None = None) -> str:
        return self.new_schema(dataset_type, domain)

    def new_schema(self, dataset_type: str = "Users", domain: str | None = None) -> str:
        document = {"name": self.name(), "schema": schema_of(dataset_type), **_of(domain)}
        return self.create("Schema", document, wait=False)

    @once
    def group(self, domain: str | None = None) -> str:
        return self.new_group(domain)

    def new_group(self, domain: str | None = None) -> str:
        return self.create("DatasetGroup", {"name": self.name(), **_of(domain)})

    @once
    def dataset(self, dataset_type: str = "Interactions", domain: str | None = None) -> str:
        """A dataset with rows."""
        arn = self.new_dataset(self.group(domain), dataset_type, domain)
        self.create("DatasetImportJob", self.import_of(arn, dataset_type))
        return arn

    def new_dataset(self, group: str, dataset_type: str, domain: str | None = None) -> str:
        document = {
            "name": self.name(),
            "schemaArn": self.schema(dataset_type, domain),
            "datasetGroupArn": group,
            "datasetType": dataset_type,
        }
        return self.create("Dataset", document)

    def new_lone_dataset(self) -> str:
        """An empty Users dataset in a group of its own."""
        return self.new_dataset(self.new_group(), "Users")

    def new_group_with_interactions(self) -> str:
        """A group with empty datasets of Interactions and Items."""
        group = self.new_group()
        for dataset_type in ("Interactions", "Items"):
            self.new_dataset(group, dataset_type)
        return group

    @once
    def import_job(self) -> str:
        return self.create("DatasetImportJob", self.import_of(self.new_lone_dataset(), "Users"))

    def import_of(self, dataset: str, dataset_type: str) -> Document:
        location = (self.folder / f"{dataset_type}.csv").as_uri()
        source = {"dataLocation": location}
        return {
            "jobName": self.name(),
            "datasetArn": dataset,
            "dataSource": source,
            "roleArn": ROLE,
        }

    @once
    def export_job(self) -> str:
        return self.create("DatasetExportJob", self.export_of(self.dataset()), wait=False)

    def export_of(self, dataset: str) -> Document:
        return {
            "jobName": self.name(),
            "datasetArn": dataset,
            "roleArn": ROLE,
            "jobOutput": {"s3DataDestination": {"path": "s3://results/"}},
        }

    @once
    def deletion_job(self) -> str:
        return self.create("DataDeletionJob", self.deletion_of(self.new_group()), wait=False)

    def deletion_of(self, group: str) -> Document:
        return {
            "jobName": self.name(),
            "datasetGroupArn": group,
            "dataSource": {"dataLocation": "s3://results/users.csv"},
            "roleArn": ROLE,
        }

    @once
    def filter(self, expression: str = "INCLUDE ItemID WHERE Items.CATEGORY_L1 IN ($TASTE)") -> str:
        return self.create("Filter", self.filter_of(expression))

    def new_filter(self) -> str:
        return self.create("Filter", self.filter_of("INCLUDE ItemID WHERE Items.PRICE > 3"))

    def filter_of(self, expression: str) -> Document:
        for dataset_type in ("Interactions", "Items", "Users", "Actions"):
            self.dataset(dataset_type)
        return {
            "name": self.name(),
            "datasetGroupArn": self.group(),
            "filterExpression": expression,
        }

    @once
    def tracker(self) -> str:
        self.dataset()
        return self.create("EventTracker", {"name": self.name(), "datasetGroupArn": self.group()})

    def new_tracker(self) -> str:
        group = self.new_group_with_interactions()
        return self.create("EventTracker", {"name": self.name(), "datasetGroupArn": group})

    def tracking_id(self) -> str:
        found: str = self.described("eventTrackerArn", self.tracker())["trackingId"]
        return found

    @once
    def attribution(self) -> str:
        self.dataset()
        return self.create("MetricAttribution", self.attribution_of(self.group()))

    def new_attribution(self) -> str:
        group = self.new_group_with_interactions()
        return self.create("MetricAttribution", self.attribution_of(group))

    def attribution_of(self, group: str) -> Document:
        views = {"eventType": "View", "metricName": "views", "expression": "SAMPLECOUNT()"}
        prices = {"eventType": "View", "metricName": "prices", "expression": "SUM(Items.PRICE)"}
        return {
            "name": self.name(),
            "datasetGroupArn": group,
            "metrics": [views, prices],
            "metricsOutputConfig": {"roleArn": ROLE},
        }


def _of(domain: str | None) -> Document:
    return {"domain": domain} if domain else {}
