"""Whether interaction data is fit for training: what is wrong, what it means, and what to do."""

from aisle.diagnosis import wording
from aisle.diagnosis.diagnose import diagnose
from aisle.diagnosis.findings import Diagnosis, Finding, RecipeReadiness, Summary
from aisle.diagnosis.inputs import Inputs, Rejected
from aisle.diagnosis.reading import ReadError, diagnose_paths
from aisle.diagnosis.report import write_html
from aisle.diagnosis.thresholds import Thresholds

__all__ = [
    "Diagnosis",
    "Finding",
    "Inputs",
    "ReadError",
    "RecipeReadiness",
    "Rejected",
    "Summary",
    "Thresholds",
    "diagnose",
    "diagnose_paths",
    "wording",
    "write_html",
]
