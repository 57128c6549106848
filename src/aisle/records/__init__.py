"""What the control plane keeps: frozen records, their ARNs and their statuses.

Field names are the snake case of Amazon Personalize's members, so that a record encodes to the
very JSON that its Describe operation shows.
"""

from collections.abc import Mapping

from aisle.records.arn import Scope
from aisle.records.base import Record, Status
from aisle.records.batch import (
    BatchInferenceJob,
    BatchSegmentJob,
    DataDeletionJob,
    DatasetExportJob,
)
from aisle.records.dataset import (
    Dataset,
    DatasetGroup,
    DatasetImportJob,
    DatasetUpdate,
    EventTracker,
    Schema,
)
from aisle.records.deployment import Campaign, CampaignUpdate, Recommender, RecommenderUpdate
from aisle.records.filter import Filter
from aisle.records.metric_attribution import MetricAttribution
from aisle.records.solution import Solution, SolutionUpdate, SolutionVersion

RECORD_TYPES: Mapping[str, type[Record]] = {
    record_type.kind: record_type
    for record_type in (
        Schema,
        DatasetGroup,
        Dataset,
        DatasetImportJob,
        DatasetUpdate,
        EventTracker,
        Solution,
        SolutionUpdate,
        SolutionVersion,
        Campaign,
        CampaignUpdate,
        Recommender,
        RecommenderUpdate,
        Filter,
        MetricAttribution,
        BatchInferenceJob,
        BatchSegmentJob,
        DatasetExportJob,
        DataDeletionJob,
    )
}
"""Every kind of record by its name."""

__all__ = [
    "RECORD_TYPES",
    "BatchInferenceJob",
    "BatchSegmentJob",
    "Campaign",
    "CampaignUpdate",
    "DataDeletionJob",
    "Dataset",
    "DatasetExportJob",
    "DatasetGroup",
    "DatasetImportJob",
    "DatasetUpdate",
    "EventTracker",
    "Filter",
    "MetricAttribution",
    "Recommender",
    "RecommenderUpdate",
    "Record",
    "Schema",
    "Scope",
    "Solution",
    "SolutionUpdate",
    "SolutionVersion",
    "Status",
]
