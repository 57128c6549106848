"""Datasets of any type, and CSV files for them."""

import csv
import json
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from journey import active

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient

NAMES = {
    "INTERACTIONS": "Interactions",
    "ITEMS": "Items",
    "USERS": "Users",
    "ACTIONS": "Actions",
    "ACTION_INTERACTIONS": "ActionInteractions",
}


def field(name: str, kind: str = "string", *, null: bool = True, **flags: bool) -> dict[str, Any]:
    """A field of a schema, nullable where it is not said otherwise."""
    return {"name": name, "type": ["null", kind] if null else kind, **flags}


def schema_text(dataset_type: str, fields: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(
        {
            "type": "record",
            "name": NAMES[dataset_type],
            "namespace": "com.amazonaws.personalize.schema",
            "fields": fields,
            "version": "1.0",
        }
    )


def schema(
    personalize: "PersonalizeClient", dataset_type: str, fields: Sequence[Mapping[str, Any]]
) -> str:
    """The ARN of a new schema."""
    return personalize.create_schema(
        name=f"schema-{time.time_ns()}", schema=schema_text(dataset_type, fields)
    )["schemaArn"]


def group(personalize: "PersonalizeClient") -> str:
    """The ARN of a new, ACTIVE dataset group."""
    created = personalize.create_dataset_group(name=f"group-{time.time_ns()}")["datasetGroupArn"]
    return active(personalize, "datasetGroup", created)


def dataset(
    personalize: "PersonalizeClient",
    of: str,
    dataset_type: str,
    fields: Sequence[Mapping[str, Any]],
) -> str:
    """The ARN of a new, ACTIVE dataset of a group."""
    created = personalize.create_dataset(
        name=dataset_type.lower(),
        schemaArn=schema(personalize, dataset_type, fields),
        datasetGroupArn=of,
        datasetType=dataset_type,
    )["datasetArn"]
    return active(personalize, "dataset", created)


def import_table(
    personalize: "PersonalizeClient",
    of: str,
    folder: Path,
    rows: Iterable[Sequence[object]],
    mode: str = "FULL",
) -> None:
    """Import rows, the header first, into a dataset, and wait until that is done."""
    name = f"import-{time.time_ns()}"
    path = folder / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    extra: Any = {"importMode": mode}
    job = personalize.create_dataset_import_job(
        jobName=name, datasetArn=of, dataSource={"dataLocation": path.as_uri()}, **extra
    )["datasetImportJobArn"]
    active(personalize, "datasetImportJob", job)
