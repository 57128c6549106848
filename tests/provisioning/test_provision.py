"""Plans carried out on a real engine, again and again."""

import json
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from aisle.provisioning import (
    DatasetPlan,
    FilterPlan,
    Plan,
    Provisioned,
    ProvisionError,
    RecommenderPlan,
    SolutionPlan,
    digest_of,
    provision,
)
from journey import item_ids
from running import Server, StartServer
from sample import INTERACTIONS_SCHEMA, interactions, write_interactions

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient

POPULAR = "aws-ecomm-popular-items-by-views"
_NUMBERS = count()


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rows")


@pytest.fixture(scope="module")
def server(
    rows: Path, tmp_path_factory: pytest.TempPathFactory, start_server: StartServer
) -> Server:
    return start_server(tmp_path_factory.mktemp("engine") / "data", allowed=rows)


@pytest.fixture
def file(rows: Path) -> Path:
    """The sample's interactions, for the test alone."""
    return write_interactions(rows / f"{next(_NUMBERS)}" / "interactions.csv")


@pytest.fixture
def plan(file: Path) -> Plan:
    """One solution on the file's rows, in a group of the test alone."""
    return plan_of(file, f"group-{file.parent.name}")


@pytest.fixture(scope="module")
def finished(server: Server, rows: Path) -> tuple[Plan, Provisioned]:
    """A plan that has been carried out, for tests that change nothing of it."""
    plan = plan_of(write_interactions(rows / "finished.csv"), "finished")
    return plan, provision(server.personalize, plan, quiet)


def plan_of(file: Path, name: str) -> Plan:
    dataset = DatasetPlan("Interactions", INTERACTIONS_SCHEMA, file.as_uri(), digest_of(file))
    popular = SolutionPlan(f"{name}-popular", "aws-popularity-count")
    return Plan(name, (dataset,), solutions=(popular,), event_tracker=False)


def quiet(_step: str, _share: float, _note: str) -> None:
    """A report that nobody reads."""


def reread(plan: Plan, file: Path) -> Plan:
    """The plan on what the file holds now."""
    dataset = msgspec.structs.replace(plan.datasets[0], digest=digest_of(file))
    return msgspec.structs.replace(plan, datasets=(dataset,))


def as_recommender(plan: Plan) -> Plan:
    recommender = RecommenderPlan(f"{plan.name}-popular", POPULAR)
    return msgspec.structs.replace(
        plan, domain="ECOMMERCE", solutions=(), recommenders=(recommender,)
    )


def imports(personalize: "PersonalizeClient", plan: Plan, made: Provisioned) -> int:
    group = made.group_arn.replace(":dataset-group/", ":dataset/")
    dataset = f"{group}/{plan.datasets[0].kind.upper()}"
    return len(personalize.list_dataset_import_jobs(datasetArn=dataset)["datasetImportJobs"])


def versions(personalize: "PersonalizeClient", plan: Plan, made: Provisioned) -> int:
    campaign = made.campaigns[plan.solutions[0].name]
    solution = campaign.replace(":campaign/", ":solution/")
    return len(personalize.list_solution_versions(solutionArn=solution)["solutionVersions"])


def best(server: Server, **asked: Any) -> str:
    return item_ids(server.runtime.get_recommendations(userId="nobody", numResults=1, **asked))[0]


def one_favourite(item: str) -> list[tuple[str, ...]]:
    """The sample's rows, and one item that everybody takes once more."""
    users = sorted({row[0] for row in interactions()})
    return [*interactions(), *((user, item, "View", "1700900000") for user in users)]


def test_a_second_run_makes_nothing(server: Server, finished: tuple[Plan, Provisioned]) -> None:
    plan, made = finished
    assert provision(server.personalize, plan, quiet) == made
    assert imports(server.personalize, plan, made) == 1
    assert versions(server.personalize, plan, made) == 1


def test_changed_rows_replace_the_old_even_if_they_are_the_first_ones_again(
    server: Server, plan: Plan, file: Path
) -> None:
    made = set()
    for favourite in ("drama-03", "sport-05", "drama-03"):
        write_interactions(file, one_favourite(favourite))
        last = provision(server.personalize, reread(plan, file), quiet)
        made.add(last.campaigns[f"{plan.name}-popular"])
        assert best(server, campaignArn=max(made)) == favourite
    assert len(made) == 1
    assert imports(server.personalize, plan, last) == 3
    assert versions(server.personalize, plan, last) == 3


def test_a_recommender_is_trained_on_changed_rows(server: Server, plan: Plan, file: Path) -> None:
    wanted = as_recommender(plan)
    for favourite in ("drama-03", "sport-05"):
        write_interactions(file, one_favourite(favourite))
        made = provision(server.personalize, reread(wanted, file), quiet)
        arn = made.recommenders[f"{plan.name}-popular"]
        assert best(server, recommenderArn=arn) == favourite


def test_an_import_that_failed_is_tried_again(server: Server, plan: Plan, file: Path) -> None:
    file.rename(file.with_suffix(".away"))
    with pytest.raises(ProvisionError, match="importing interactions: No such file"):
        provision(server.personalize, plan, quiet)
    file.with_suffix(".away").rename(file)
    made = provision(server.personalize, plan, quiet)
    assert imports(server.personalize, plan, made) == 2


def test_a_recommender_that_failed_is_made_anew(server: Server, plan: Plan, file: Path) -> None:
    wanted = as_recommender(plan)
    write_interactions(file, interactions()[:500])
    with pytest.raises(ProvisionError, match="fewer than 1000 interactions"):
        provision(server.personalize, reread(wanted, file), quiet)
    write_interactions(file)
    made = provision(server.personalize, reread(wanted, file), quiet)
    assert best(server, recommenderArn=made.recommenders[f"{plan.name}-popular"])


@pytest.mark.parametrize(
    "step",
    [
        pytest.param("dataset", marks=pytest.mark.slow),
        "importing",
        "training",
        pytest.param("campaign", marks=pytest.mark.slow),
    ],
)
def test_a_run_stopped_at_a_step_is_finished_by_the_next(
    server: Server, plan: Plan, step: str
) -> None:
    def stop(at: str, _share: float, _note: str) -> None:
        if at.startswith(step):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        provision(server.personalize, plan, stop)
    made = provision(server.personalize, plan, quiet)
    assert best(server, campaignArn=made.campaigns[f"{plan.name}-popular"])
    assert imports(server.personalize, plan, made) == 1
    assert versions(server.personalize, plan, made) == 1


def test_progress_goes_to_the_end_of_every_step(server: Server, plan: Plan) -> None:
    told: dict[str, float] = {}
    provision(server.personalize, plan, lambda step, share, _: told.update({step: share}))
    assert {"importing interactions", "training popularity-count"} <= told.keys()
    assert set(told.values()) == {1.0}


def test_hyperparameters_reach_the_solution_and_stay(server: Server, plan: Plan) -> None:
    similar = SolutionPlan(f"{plan.name}-sims", "aws-sims", {"popularity_discount_factor": "0.25"})
    made = provision(server.personalize, msgspec.structs.replace(plan, solutions=(similar,)), quiet)
    arn = made.campaigns[similar.name].replace(":campaign/", ":solution/")
    config = server.personalize.describe_solution(solutionArn=arn)["solution"]["solutionConfig"]
    assert config["algorithmHyperParameters"]["popularity_discount_factor"] == "0.25"
    other = SolutionPlan(similar.name, "aws-sims", {"popularity_discount_factor": "0.5"})
    with pytest.raises(ProvisionError, match=r"has popularity_discount_factor 0\.25, not 0\.5"):
        provision(server.personalize, msgspec.structs.replace(plan, solutions=(other,)), quiet)


def test_a_tracking_id_comes_with_the_event_tracker(
    server: Server, finished: tuple[Plan, Provisioned]
) -> None:
    plan, made = finished
    assert made.tracking_id is None
    wanted = msgspec.structs.replace(plan, event_tracker=True)
    tracked = provision(server.personalize, wanted, quiet)
    assert tracked.tracking_id
    assert provision(server.personalize, wanted, quiet) == tracked


def test_other_columns_need_another_name(
    server: Server, finished: tuple[Plan, Provisioned]
) -> None:
    plan, _ = finished
    schema = json.loads(INTERACTIONS_SCHEMA)
    schema["fields"].append({"name": "DEVICE", "type": "string"})
    dataset = msgspec.structs.replace(plan.datasets[0], schema=json.dumps(schema))
    changed = msgspec.structs.replace(plan, datasets=(dataset,))
    with pytest.raises(ProvisionError, match="DEVICE was not there and is string"):
        provision(server.personalize, changed, quiet)


def test_another_domain_needs_another_name(
    server: Server, finished: tuple[Plan, Provisioned]
) -> None:
    with pytest.raises(ProvisionError, match="has the domain none, not ECOMMERCE"):
        provision(server.personalize, as_recommender(finished[0]), quiet)


def test_another_recipe_needs_another_solution(
    server: Server, finished: tuple[Plan, Provisioned]
) -> None:
    plan, _ = finished
    other = SolutionPlan(plan.solutions[0].name, "aws-sims")
    with pytest.raises(ProvisionError, match=r"There is another solution .*aws-popularity-count"):
        provision(server.personalize, msgspec.structs.replace(plan, solutions=(other,)), quiet)


def test_what_the_service_refuses_is_said_with_the_operation(server: Server, plan: Plan) -> None:
    dataset = msgspec.structs.replace(plan.datasets[0], schema="{}")
    with pytest.raises(ProvisionError, match="CreateSchema: Schema type must be record"):
        provision(server.personalize, msgspec.structs.replace(plan, datasets=(dataset,)), quiet)


def test_a_filter_is_made_once_and_follows_its_expression(server: Server, plan: Plan) -> None:
    def with_filter(expression: str) -> Plan:
        filters = (FilterPlan(f"{plan.name}-bought", expression),)
        return msgspec.structs.replace(plan, solutions=(), filters=filters)

    def expression() -> str:
        return str(server.personalize.describe_filter(filterArn=arn)["filter"]["filterExpression"])

    first = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("buy")'
    made = provision(server.personalize, with_filter(first), quiet)
    arn = made.filters[f"{plan.name}-bought"]
    assert expression() == first
    assert provision(server.personalize, with_filter(first), quiet).filters == made.filters
    provision(server.personalize, with_filter(first.replace("buy", "sell")), quiet)
    assert expression() == first.replace("buy", "sell")
