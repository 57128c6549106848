"""From files to trained recommenders through the public API, safe to run again.

It knows the service by boto3 alone, so a plan runs on this engine and on Amazon Personalize.
"""

from aisle.provisioning.bars import StepBars
from aisle.provisioning.clients import has_credentials, open_clients
from aisle.provisioning.engine import EngineError, EngineProcess, free_port, held, in_use
from aisle.provisioning.folder import datasets_in, is_prepared, on_this_machine
from aisle.provisioning.plan import (
    LONGEST_NAME,
    DatasetPlan,
    FilterPlan,
    Plan,
    Provisioned,
    ProvisionError,
    RecommenderPlan,
    Report,
    SegmentPlan,
    SolutionPlan,
    digest_of,
)
from aisle.provisioning.steps import provision

__all__ = [
    "LONGEST_NAME",
    "DatasetPlan",
    "EngineError",
    "EngineProcess",
    "FilterPlan",
    "Plan",
    "ProvisionError",
    "Provisioned",
    "RecommenderPlan",
    "Report",
    "SegmentPlan",
    "SolutionPlan",
    "StepBars",
    "datasets_in",
    "digest_of",
    "free_port",
    "has_credentials",
    "held",
    "in_use",
    "is_prepared",
    "on_this_machine",
    "open_clients",
    "provision",
]
