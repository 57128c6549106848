"""Records of jobs over files: batch inference, batch segments, exports and deletions of data.

Members that hold documents keep them as on the wire.
"""

from typing import Any, ClassVar

from aisle.records.base import Record, Status


class BatchInferenceJob(Record, frozen=True, kw_only=True, rename="camel"):
    kind: ClassVar[str] = "batch-inference-job"
    solution_version_arn: str
    filter_arn: str | None = None
    num_results: int | None = None
    job_input: dict[str, Any]
    job_output: dict[str, Any]
    role_arn: str
    batch_inference_job_config: dict[str, Any] | None = None
    batch_inference_job_mode: str = "BATCH_INFERENCE"
    theme_generation_config: dict[str, Any] | None = None


class BatchSegmentJob(Record, frozen=True, kw_only=True, rename="camel"):
    kind: ClassVar[str] = "batch-segment-job"
    solution_version_arn: str
    filter_arn: str | None = None
    num_results: int | None = None
    job_input: dict[str, Any]
    job_output: dict[str, Any]
    role_arn: str


class DatasetExportJob(Record, frozen=True, kw_only=True, rename="camel"):
    kind: ClassVar[str] = "dataset-export-job"
    dataset_arn: str
    ingestion_mode: str
    job_output: dict[str, Any]
    role_arn: str


class DataDeletionJob(Record, frozen=True, kw_only=True, rename="camel"):
    """Its statuses are PENDING, IN_PROGRESS, COMPLETED and FAILED."""

    kind: ClassVar[str] = "data-deletion-job"
    status: Status = Status.PENDING
    dataset_group_arn: str
    data_source: dict[str, Any]
    role_arn: str
    num_deleted: int | None = None
