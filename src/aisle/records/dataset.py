"""Records of the data side: schemas, dataset groups, datasets, their imports and trackers."""

from typing import ClassVar

import msgspec

from aisle.records.base import Record


def dataset_arn(group_arn: str, dataset_type: str) -> str:
    """The ARN of a group's dataset: clients derive it from the group's, so it is fixed."""
    return f"{group_arn.replace(':dataset-group/', ':dataset/')}/{dataset_type}"


class Schema(Record, frozen=True, kw_only=True, rename="camel"):
    """An Avro schema as text; it has no status and never changes."""

    kind: ClassVar[str] = "schema"
    schema: str
    domain: str | None = None


class DatasetGroup(Record, frozen=True, kw_only=True, rename="camel"):
    kind: ClassVar[str] = "dataset-group"
    domain: str | None = None
    role_arn: str | None = None
    kms_key_arn: str | None = None


class Dataset(Record, frozen=True, kw_only=True, rename="camel"):
    """One table of a group.

    `parts` are the object keys of its Parquet files, oldest first. `retired` are those that the
    last FULL import replaced: a training under way may still read them, so the next one removes
    them. `revision` is raised by whoever removes streamed rows, so that no process serves them on.
    `tracking_id` is what PutActionInteractions names an ACTION_INTERACTIONS dataset by.
    """

    kind: ClassVar[str] = "dataset"
    dataset_group_arn: str
    dataset_type: str
    schema_arn: str
    parts: tuple[str, ...] = ()
    retired: tuple[str, ...] = ()
    revision: int = 0
    tracking_id: str | None = None


class DatasetUpdate(Record, frozen=True, kw_only=True, rename="camel"):
    """A change of a dataset's schema; its parent is the dataset, which shows the last one."""

    kind: ClassVar[str] = "dataset-update"
    schema_arn: str


class DataSource(msgspec.Struct, frozen=True, rename="camel"):
    data_location: str


class DatasetImportJob(Record, frozen=True, kw_only=True, rename="camel"):
    kind: ClassVar[str] = "dataset-import-job"
    dataset_arn: str
    data_source: DataSource
    role_arn: str | None = None
    import_mode: str = "FULL"
    publish_attribution_metrics_to_s3: bool = False
    rows: int = 0


class EventTracker(Record, frozen=True, kw_only=True, rename="camel"):
    kind: ClassVar[str] = "event-tracker"
    dataset_group_arn: str
    account_id: str
    tracking_id: str
