"""A world on paper: requests can be made, and looked at, without a server."""

from itertools import count
from pathlib import Path

from calls.data_world import Document
from calls.world import World

PREFIX = "arn:aws:personalize:eu-central-1:000000000000:"
_TAILS = {
    "BatchInferenceJob": "batch-inference-job/{}",
    "BatchSegmentJob": "batch-segment-job/{}",
    "Campaign": "campaign/{}",
    "DataDeletionJob": "data-deletion-job/{}",
    "Dataset": "dataset/{}/USERS",
    "DatasetExportJob": "dataset-export-job/{}",
    "DatasetGroup": "dataset-group/{}",
    "DatasetImportJob": "dataset-import-job/{}",
    "EventTracker": "event-tracker/{}",
    "Filter": "filter/{}",
    "MetricAttribution": "metric-attribution/{}",
    "Recommender": "recommender/{}",
    "Schema": "schema/{}",
    "Solution": "solution/{}",
    "SolutionVersion": "solution/{}/12345678",
}


class PaperWorld(World):
    """Resources that are names only."""

    def __init__(self) -> None:
        self.folder = Path("/nowhere")
        self.made = {}
        self._names = count()

    def call(self, _operation: str, _document: Document) -> Document:
        return {}

    def create(self, kind: str, _document: Document, *, wait: bool = True) -> str:
        del wait
        return PREFIX + _TAILS[kind].format(self.name())

    def described(self, _arn_member: str, _arn: str) -> Document:
        aws = "arn:aws:personalize:::"
        return {
            "trackingId": "00000000-0000-0000-0000-000000000000",
            "algorithmArn": f"{aws}algorithm/a",
            "featureTransformationArn": f"{aws}feature-transformation/a",
        }

    def spare_recommender(self, _status: str = "ACTIVE") -> str:
        return self.create("Recommender", {})

    def updatable_recommender(self) -> str:
        return self.create("Recommender", {})
