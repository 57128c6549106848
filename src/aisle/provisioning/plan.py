"""What there shall be in one dataset group, and what came of it."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

RECIPE = "arn:aws:personalize:::recipe/"
"""What comes before a recipe's name in its ARN."""

Report = Callable[[str, float, str], None]
"""Called with a step's name, the share done (0 to 1), and what the service is doing."""

LONGEST_NAME = 24
"""Characters of a plan's name; leaves room for what comes behind it in the names of resources, 63
at most.
"""
_DIGITS = 12


class ProvisionError(Exception):
    """A step failed; the message says which and gives the service's reason."""


class DatasetPlan(msgspec.Struct, frozen=True):
    """A dataset's type, its Avro schema as JSON, and where its rows are."""

    kind: str
    """`Interactions`, `Items` or `Users`."""
    schema: str
    location: str
    """`file://` or `s3://`, as the service reaches it."""
    digest: str
    """Names the content: rows are imported again when it changes, and only then."""


class SolutionPlan(msgspec.Struct, frozen=True):
    """A solution with one campaign of the same name."""

    name: str
    recipe: str
    hyperparameters: Mapping[str, str] = {}


class SegmentPlan(msgspec.Struct, frozen=True):
    """A batch segment job on a solution of a USER_SEGMENTATION recipe, which has no campaign."""

    solution: SolutionPlan
    lines: str
    """The location of the file whose lines each ask for a segment."""
    results: str
    """The location of the folder that gets the output."""
    digest: str
    """Names the content of `lines`: the job runs again when it changes, or after a training."""
    most: int
    """Users of a segment."""


class RecommenderPlan(msgspec.Struct, frozen=True):
    """A recommender of the plan's domain."""

    name: str
    recipe: str


class FilterPlan(msgspec.Struct, frozen=True):
    """A filter of the plan's group, by its expression."""

    name: str
    expression: str


class Plan(msgspec.Struct, frozen=True):
    """One dataset group and all that is in it."""

    name: str
    datasets: tuple[DatasetPlan, ...]
    domain: str | None = None
    """`ECOMMERCE`, `VIDEO_ON_DEMAND` or None for a custom group."""
    solutions: tuple[SolutionPlan, ...] = ()
    recommenders: tuple[RecommenderPlan, ...] = ()
    filters: tuple[FilterPlan, ...] = ()
    segments: tuple[SegmentPlan, ...] = ()
    event_tracker: bool = True
    same_source: bool = False
    """Whether rows on these disks may only take the place of rows that came from the same file."""
    role_arn: str | None = None
    """The role by which Amazon Personalize reads S3; this engine needs none."""


class Provisioned(msgspec.Struct, frozen=True):
    """What answers now: ARNs by the names of the plan."""

    group_arn: str
    campaigns: Mapping[str, str]
    recommenders: Mapping[str, str]
    tracking_id: str | None
    filters: Mapping[str, str] = {}
    segments: Mapping[str, str] = {}
    """ARNs of the jobs, by the names of their solutions."""


def digest_of(file: Path) -> str:
    """A short name of a file's content. Raises OSError where it cannot be read."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()[:_DIGITS]
