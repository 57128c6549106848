"""A plan's segments of users: found once for the same rows and lines."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

from aisle.provisioning import (
    DatasetPlan,
    Plan,
    ProvisionError,
    SegmentPlan,
    SolutionPlan,
    digest_of,
    provision,
)
from running import Server
from sample import INTERACTIONS_SCHEMA, write_interactions

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient

SOLUTION = SolutionPlan("segments", "aws-item-affinity", {"transformer": "off"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("segments")


@pytest.fixture(scope="module")
def personalize(shared_server: Server) -> "PersonalizeClient":
    return shared_server.personalize


@pytest.fixture(scope="module")
def plan(folder: Path) -> Plan:
    rows = write_interactions(folder / "interactions.csv")
    dataset = DatasetPlan("Interactions", INTERACTIONS_SCHEMA, rows.as_uri(), digest_of(rows))
    return Plan("segments", (dataset,), event_tracker=False)


def asked(plan: Plan, folder: Path, text: str) -> Plan:
    """The plan with a segment for each line of the text."""
    lines = folder / "lines.json"
    lines.write_text(text)
    segments = SegmentPlan(
        SOLUTION, lines.as_uri(), f"{folder.as_uri()}/found/", digest_of(lines), 5
    )
    return msgspec.structs.replace(plan, segments=(segments,))


def found(personalize: "PersonalizeClient", plan: Plan) -> str:
    made = provision(personalize, plan, lambda *_: None)
    assert made.campaigns == {}
    return made.segments[SOLUTION.name]


def test_a_second_run_finds_the_job_and_other_lines_ask_for_another(
    personalize: "PersonalizeClient", plan: Plan, folder: Path
) -> None:
    first = found(personalize, asked(plan, folder, '{"itemId": "drama-01"}'))
    answered = json.loads((folder / "found" / "lines.json.out").read_text())
    assert len(answered["output"]["recommendedUsers"]) == 5
    assert found(personalize, asked(plan, folder, '{"itemId": "drama-01"}')) == first
    assert found(personalize, asked(plan, folder, '{"itemId": "sport-01"}')) != first


def test_a_job_that_failed_is_run_again_under_another_name(
    personalize: "PersonalizeClient", plan: Plan, folder: Path
) -> None:
    broken = asked(plan, folder, "no line")
    with pytest.raises(ProvisionError, match="line 1"):
        found(personalize, broken)
    (folder / "lines.json").write_text('{"itemId": "drama-01"}')
    assert (
        personalize.describe_batch_segment_job(batchSegmentJobArn=found(personalize, broken))[
            "batchSegmentJob"
        ]["status"]
        == "ACTIVE"
    )
