"""A campaign that is updated: what answers meanwhile, what it becomes, what follows by itself."""

from typing import Any

import pytest

from journey import active, item_ids, resource
from lifecycle import PERSONAL, Trained
from running import Server, until


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, shared_server: Server) -> Trained:
    return Trained(tmp_path_factory.mktemp("updates"), shared_server)


@pytest.fixture(scope="module")
def solution(world: Trained) -> str:
    return world.solution("popular")


@pytest.fixture(scope="module")
def versions(world: Trained, solution: str) -> list[str]:
    return [world.version(solution), world.version(solution)]


def campaign(world: Trained, name: str, version: str, **members: Any) -> str:
    made = world.personalize.create_campaign(name=name, solutionVersionArn=version, **members)[
        "campaignArn"
    ]
    return active(world.personalize, "campaign", made)


def test_a_new_campaign_shows_no_update(world: Trained, versions: list[str]) -> None:
    arn = campaign(world, "fresh", versions[0])
    shown = resource(world.personalize, "campaign", arn)
    assert "latestCampaignUpdate" not in shown
    assert shown["minProvisionedTPS"] == 1
    assert shown["solutionVersionArn"] == versions[0]


def test_an_update_deploys_another_version_and_answers_all_the_while(
    world: Trained, versions: list[str]
) -> None:
    arn = campaign(world, "moved", versions[0])
    world.personalize.update_campaign(
        campaignArn=arn, solutionVersionArn=versions[1], minProvisionedTPS=3
    )
    answer = world.server.runtime.get_recommendations(campaignArn=arn, userId="anybody")
    assert item_ids(answer)
    shown = world.updated("campaign", arn)
    assert shown["status"] == "ACTIVE"
    assert shown["solutionVersionArn"] == versions[1]
    assert shown["minProvisionedTPS"] == 3
    assert shown["latestCampaignUpdate"]["solutionVersionArn"] == versions[1]
    assert shown["latestCampaignUpdate"]["minProvisionedTPS"] == 3


def test_an_update_keeps_to_the_solution(world: Trained, versions: list[str]) -> None:
    arn = campaign(world, "faithful", versions[0])
    other = world.version(world.solution("other"))
    refused = world.personalize.exceptions.InvalidInputException
    with pytest.raises(refused, match="is of the solution"):
        world.personalize.update_campaign(campaignArn=arn, solutionVersionArn=other)


def test_latest_needs_a_version_and_sync_needs_latest(world: Trained, versions: list[str]) -> None:
    personalize = world.personalize
    empty = world.solution("empty")
    with pytest.raises(personalize.exceptions.ResourceNotFoundException):
        personalize.create_campaign(name="e", solutionVersionArn=f"{empty}/$LATEST")
    with pytest.raises(personalize.exceptions.InvalidInputException, match="LATEST"):
        personalize.create_campaign(
            name="e",
            solutionVersionArn=versions[0],
            campaignConfig={"syncWithLatestSolutionVersion": True},
        )


def test_a_campaign_that_follows_deploys_the_next_version_by_itself(world: Trained) -> None:
    solution = world.solution("followed")
    first = world.version(solution)
    config = {"syncWithLatestSolutionVersion": True}
    arn = campaign(world, "follower", f"{solution}/$LATEST", campaignConfig=config)
    assert resource(world.personalize, "campaign", arn)["solutionVersionArn"] == first
    second = world.version(solution)
    until(
        lambda: resource(world.personalize, "campaign", arn)["solutionVersionArn"] == second,
        "the newer version",
    )
    with pytest.raises(world.personalize.exceptions.InvalidInputException, match="false"):
        world.personalize.update_campaign(campaignArn=arn, solutionVersionArn=first)


@pytest.mark.parametrize(
    ("exploration", "words"),
    [
        ({"explorationWeight": "1.5"}, "from 0 to 1"),
        ({"explorationItemAgeCutOff": "0"}, "above 0"),
        ({"curiosity": "1"}, "curiosity"),
    ],
)
def test_exploration_is_checked_and_shown_with_its_defaults(
    world: Trained, exploration: dict[str, str], words: str
) -> None:
    personalize = world.personalize
    name = "explored"
    known = [one["name"] for one in personalize.list_solutions()["solutions"]]
    if name not in known:
        world.version(world.solution(name, PERSONAL))
    latest = f"{world.group.replace('dataset-group/lives', 'solution/explored')}/$LATEST"
    with pytest.raises(personalize.exceptions.InvalidInputException, match=words):
        personalize.create_campaign(
            name="x",
            solutionVersionArn=latest,
            campaignConfig={"itemExplorationConfig": exploration},
        )
    arn = campaign(world, f"with-{len(words)}", latest)
    shown = resource(personalize, "campaign", arn)["campaignConfig"]["itemExplorationConfig"]
    assert shown == {"explorationWeight": "0.3", "explorationItemAgeCutOff": "30"}


def test_ranking_influence_is_for_semantic_similarity(world: Trained, versions: list[str]) -> None:
    personalize = world.personalize
    with pytest.raises(personalize.exceptions.InvalidInputException, match="semantic-similarity"):
        personalize.create_campaign(
            name="i",
            solutionVersionArn=versions[0],
            campaignConfig={"rankingInfluence": {"POPULARITY": 0.5}},
        )


def test_a_deleted_campaign_takes_its_updates_along(world: Trained, versions: list[str]) -> None:
    personalize = world.personalize
    arn = campaign(world, "short", versions[0])
    personalize.update_campaign(campaignArn=arn, solutionVersionArn=versions[1])
    world.updated("campaign", arn)
    personalize.delete_campaign(campaignArn=arn)

    def gone() -> bool:
        names = [one["name"] for one in personalize.list_campaigns()["campaigns"]]
        return "short" not in names

    until(gone, "the campaign to go")
    again = campaign(world, "short", versions[0])
    assert "latestCampaignUpdate" not in resource(personalize, "campaign", again)
