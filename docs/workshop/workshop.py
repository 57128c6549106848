"""What the notebooks share: a simulated shop, a server for it, waiting, and answers by name.

The calls themselves are boto3's. Notebook 1 makes all of them; the later ones leave to this module
what 1 has shown.
"""

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import boto3
import polars as pl

from aisle.provisioning.engine import EngineProcess, free_port

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient
    from types_boto3_personalize_events import PersonalizeEventsClient
    from types_boto3_personalize_runtime import PersonalizeRuntimeClient

Kind = Literal["Interactions", "Items", "Users"]
"""A dataset's type."""

RECIPE = "arn:aws:personalize:::recipe/"
_SECONDS = 300.0
_LOOK_EVERY = 0.1
_BAR = 30
"""Characters of the longest bar."""

pl.Config(
    fmt_str_lengths=80,
    tbl_rows=30,
    tbl_cols=12,
    tbl_hide_dataframe_shape=True,
    tbl_hide_column_data_types=True,
)


class Store:
    """A simulated shop in a temporary folder: its files, and its products' names.

    Equal arguments give equal shoppers with equal tastes; what they do ends with the hour that has
    begun.
    """

    def __init__(
        self,
        *,
        seed: int = 7,
        shoppers: int = 1000,
        products: int = 500,
        interactions: int = 60_000,
    ) -> None:
        self._temporary = Path(tempfile.mkdtemp(prefix="aisle-workshop-"))
        self.folder = self._temporary / "store"
        _aisle(
            *("simulate", "--out", self.folder, "--seed", seed, "--shoppers", shoppers),
            *("--products", products, "--interactions", interactions),
        )
        products_file = self.folder / "products.json"
        self.products: Mapping[str, Mapping[str, Any]] = {
            product["id"]: product for product in json.loads(products_file.read_text())
        }

    def file(self, kind: Kind) -> Path:
        """The CSV file of a dataset."""
        return self.folder / f"{kind.lower()}.csv"

    def read(self, kind: Kind) -> pl.DataFrame:
        """The rows of a dataset; ids are text."""
        ids = {"ITEM_ID": pl.String, "USER_ID": pl.String}
        return pl.read_csv(self.file(kind), schema_overrides=ids)

    def schema(self, kind: Kind) -> str:
        """The Avro schema of a dataset, as CreateSchema takes it."""
        return (self.folder / "schemas" / f"{kind.lower()}.json").read_text()

    def name(self, item: str) -> str:
        """What a product is called, with its kind; an id that the shop has not, as it is."""
        product = self.products.get(item)
        return f"{product['name']} ({product['style']})" if product else item

    def names(self, items: Iterable[str]) -> pl.DataFrame:
        """A table of products, by name, kind and price."""
        rows = [self.products.get(item, {"name": item}) for item in items]
        return pl.DataFrame(
            {
                "product": [row["name"] for row in rows],
                "category": [row.get("category") for row in rows],
                "style": [row.get("style") for row in rows],
                "price": [row.get("price") for row in rows],
            }
        )

    def side_by_side(self, lists: Mapping[str, Sequence[str]]) -> pl.DataFrame:
        """Lists of items beside each other, a column each, by name."""
        longest = max(map(len, lists.values()))
        columns = {
            title: [*map(self.name, items), *[""] * (longest - len(items))]
            for title, items in lists.items()
        }
        return pl.DataFrame({"place": range(1, longest + 1), **columns})

    def remove(self) -> None:
        """Take the folder away, with whatever a server keeps in it."""
        shutil.rmtree(self._temporary, ignore_errors=True)

    @property
    def data_dir(self) -> Path:
        """Where a server may keep its data."""
        return self._temporary / "aisle"


class Server:
    """`aisle serve` on a free port of this machine, which may read a store's files.

    It ends with the notebook's kernel at the latest. It trains without the transformer, so that a
    training takes seconds.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._engine = EngineProcess(
            store.data_dir,
            allowed=store.folder,
            port=free_port(),
            log=store.data_dir.with_suffix(".log"),
            environment={**os.environ, "AISLE_TRANSFORMER_POSITIONS": "0"},
        )
        atexit.register(self.stop)
        self._engine.wait_until_ready()

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._engine.url

    def stop(self) -> None:
        """End the server, and take the store and all that was learnt from it away."""
        atexit.unregister(self.stop)
        self._engine.stop()
        self._store.remove()

    @cached_property
    def personalize(self) -> "PersonalizeClient":
        """A client for everything that is created and described."""
        return _session().client("personalize", endpoint_url=self.url)

    @cached_property
    def runtime(self) -> "PersonalizeRuntimeClient":
        """A client for recommendations."""
        return _session().client("personalize-runtime", endpoint_url=self.url)

    @cached_property
    def events(self) -> "PersonalizeEventsClient":
        """A client for events, items and users that come in one by one."""
        return _session().client("personalize-events", endpoint_url=self.url)


def _session() -> boto3.Session:
    return boto3.Session("any", "any", region_name="us-east-1")


def _aisle(*arguments: object) -> None:
    command = [sys.executable, "-m", "aisle", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - as above
    if done.returncode:
        raise RuntimeError(done.stderr)


def wait(describe: Callable[..., Mapping[str, Any]], **arn: str) -> Mapping[str, Any]:
    """Ask until a resource is ACTIVE; what is then said of it. RuntimeError where it failed."""
    began = time.monotonic()
    while time.monotonic() < began + _SECONDS:
        answer = describe(**arn)
        kind = next(name for name in answer if name != "ResponseMetadata")
        resource: Mapping[str, Any] = answer[kind]
        if resource["status"] == "ACTIVE":
            print(f"{kind} is ACTIVE after {time.monotonic() - began:.1f} s")
            return resource
        if "FAILED" in resource["status"]:
            raise RuntimeError(f"{kind}: {resource['failureReason']}")
        time.sleep(_LOOK_EVERY)
    raise RuntimeError(f"{arn} is not ACTIVE after {_SECONDS:.0f} s")


def dataset_group(personalize: "PersonalizeClient", name: str) -> str:
    """The ARN of a new dataset group."""
    group = personalize.create_dataset_group(name=name)["datasetGroupArn"]
    wait(personalize.describe_dataset_group, datasetGroupArn=group)
    return group


def import_dataset(
    personalize: "PersonalizeClient",
    group: str,
    kind: Kind,
    store: Store,
    *,
    file: Path | None = None,
    schema: str | None = None,
) -> str:
    """Schema, dataset and import of a store's file, unless others are given. The dataset's ARN."""
    name = f"{group.rpartition('/')[2]}-{kind.lower()}"
    schema_arn = personalize.create_schema(name=name, schema=schema or store.schema(kind))[
        "schemaArn"
    ]
    dataset = personalize.create_dataset(
        name=name, schemaArn=schema_arn, datasetGroupArn=group, datasetType=kind
    )["datasetArn"]
    wait(personalize.describe_dataset, datasetArn=dataset)
    location = (file or store.file(kind)).as_uri()
    job = personalize.create_dataset_import_job(
        jobName=name, datasetArn=dataset, dataSource={"dataLocation": location}
    )["datasetImportJobArn"]
    wait(personalize.describe_dataset_import_job, datasetImportJobArn=job)
    return dataset


def train(
    personalize: "PersonalizeClient", group: str, name: str, recipe: str, **members: Any
) -> str:
    """Solution and version; `members` are CreateSolution's. The version's ARN."""
    solution = personalize.create_solution(
        name=name,
        datasetGroupArn=group,
        recipeArn=f"{RECIPE}{recipe}",
        performAutoTraining=False,
        **members,
    )["solutionArn"]
    wait(personalize.describe_solution, solutionArn=solution)
    version = personalize.create_solution_version(solutionArn=solution)["solutionVersionArn"]
    wait(personalize.describe_solution_version, solutionVersionArn=version)
    return version


def deploy(personalize: "PersonalizeClient", name: str, version: str, **members: Any) -> str:
    """Campaign of a version; `members` are CreateCampaign's. The campaign's ARN."""
    campaign = personalize.create_campaign(name=name, solutionVersionArn=version, **members)[
        "campaignArn"
    ]
    wait(personalize.describe_campaign, campaignArn=campaign)
    return campaign


def item_ids(answer: Mapping[str, Any], member: str = "itemList") -> list[str]:
    """The items of an answer of the runtime, best first."""
    return [item["itemId"] for item in answer[member]]


def metrics(personalize: "PersonalizeClient", versions: Mapping[str, str]) -> pl.DataFrame:
    """What GetSolutionMetrics says, a column for each version."""
    found = {
        title: personalize.get_solution_metrics(solutionVersionArn=arn)["metrics"]
        for title, arn in versions.items()
    }
    names = sorted({name for values in found.values() for name in values})
    columns = {title: [values.get(name) for name in names] for title, values in found.items()}
    return pl.DataFrame({"metric": names, **columns})


def bars(values: Mapping[str, float]) -> pl.DataFrame:
    """Values as a table with a bar for each."""
    highest = max(values.values()) or 1.0
    return pl.DataFrame(
        {
            "": list(values),
            "value": [round(value, 4) for value in values.values()],
            "bar": ["█" * round(_BAR * value / highest) for value in values.values()],
        }
    )
