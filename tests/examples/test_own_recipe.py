"""The recipe of `docs/own-recipe.md`, installed beside the engine, trained and asked by boto3."""

import os
import shutil
import tomllib
from pathlib import Path

import pytest

from journey import RECIPE, deploy, item_ids
from lifecycle import Trained
from running import Server, StartServer

EXAMPLE = Path(__file__).parents[2] / "examples" / "own_recipe"
OLD, NEW = 1_700_000_000, 1_710_000_000


def rows() -> list[tuple[str, ...]]:
    """Everybody had the old hits, fewer the new ones, after one item that is each user's own."""
    found: list[tuple[str, ...]] = []
    for user in range(250):
        name = f"u{user:03d}"
        found.append((name, f"own-{user % 30}", "View", str(OLD)))
        found += [(name, f"old-{hit}", "View", str(OLD + 60 * hit)) for hit in range(1, 4)]
        if user % 2:
            found += [(name, f"new-{hit}", "View", str(NEW + 60 * hit)) for hit in range(1, 4)]
    return found


RANKING = """from fading import FadingRecipe
from aisle.recipes.base import RecipeType

RECIPE = FadingRecipe(
    name="own-fading-ranking", description="Ranks.", recipe_type=RecipeType.PERSONALIZED_RANKING
)
"""


def install(target: Path) -> None:
    """What `pip install --target` leaves of the example, without a build, and the same recipe as
    one that ranks.
    """
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
    shutil.copy(EXAMPLE / "fading.py", target)
    (target / "ranking.py").write_text(RANKING)
    info = target / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    written = f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    (info / "METADATA").write_text(written)
    points = project["entry-points"]["aisle.recipes"] | {"ranking": "ranking:RECIPE"}
    lines = [f"{name} = {value}" for name, value in points.items()]
    (info / "entry_points.txt").write_text("\n".join(["[aisle.recipes]", *lines, ""]))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Trained:
    folder = tmp_path_factory.mktemp("own")
    (folder / "in").mkdir()
    (folder / "site").mkdir()
    install(folder / "site")
    path = os.pathsep.join([str(folder / "site"), os.environ.get("PYTHONPATH", "")])
    server: Server = start_server(
        folder / "data", allowed=folder / "in", environment={"PYTHONPATH": path}
    )
    return Trained(folder, server, events=rows())


def recommended(world: Trained, days: str) -> list[str]:
    """The best three for somebody new, after a training with this half-life."""
    solution = world.solution(
        f"days-{days}",
        f"{RECIPE}own-fading",
        solutionConfig={"algorithmHyperParameters": {"half_life_days": days}},
    )
    campaign = deploy(world.personalize, world.version(solution))
    answer = world.server.runtime.get_recommendations(
        campaignArn=campaign, userId="somebody", numResults=3
    )
    return sorted(item_ids(answer))


def test_it_is_listed_trained_and_asked_as_any_other(world: Trained) -> None:
    found = world.personalize.describe_recipe(recipeArn=f"{RECIPE}own-fading")["recipe"]
    assert found["description"].startswith("Recommends what is popular of late.")
    assert recommended(world, "3000") == ["old-1", "old-2", "old-3"]
    assert recommended(world, "1") == ["new-1", "new-2", "new-3"]


def test_its_hyperparameters_are_held_to_their_bounds_and_searched(world: Trained) -> None:
    with pytest.raises(world.personalize.exceptions.InvalidInputException, match="half_life_days"):
        recommended(world, "0")
    searched = world.solution(
        "searched",
        f"{RECIPE}own-fading",
        performHPO=True,
        solutionConfig={"hpoConfig": {"hpoResourceConfig": {"maxNumberOfTrainingJobs": "3"}}},
    )
    version = world.personalize.describe_solution_version(
        solutionVersionArn=world.version(searched)
    )["solutionVersion"]
    days = float(version["tunedHPOParams"]["algorithmHyperParameters"]["half_life_days"])
    assert 1 <= days <= 365


def test_what_it_never_recommends_is_ranked_last_without_a_score(world: Trained) -> None:
    version = world.version(world.solution("ranking", f"{RECIPE}own-fading-ranking"))
    answer = world.server.runtime.get_personalized_ranking(
        campaignArn=deploy(world.personalize, version),
        userId="u000",
        inputList=["unknown", "old-1", "new-1", "own-5", "new-2"],
    )
    *ranked, had, unknown = answer["personalizedRanking"]
    assert (had, unknown) == ({"itemId": "old-1"}, {"itemId": "unknown"})
    assert sorted(one["itemId"] for one in ranked) == ["new-1", "new-2", "own-5"]
    assert all(one["score"] > 0 for one in ranked)
    assert sum(one["score"] for one in ranked) == pytest.approx(1, abs=1e-5)
