import subprocess
import sys

import pytest

from aisle.recipes.base import RecipeType
from aisle.recipes.registry import ARN_PREFIX, by_arn, recipes


def test_every_recipe_is_found_by_its_arn() -> None:
    for name, recipe in recipes().items():
        assert by_arn(ARN_PREFIX + name) is recipe
        assert recipe.name == name
        recipe.check(recipe.defaults)


@pytest.mark.parametrize("arn", ["aws-sims", ARN_PREFIX + "aws-none"])
def test_another_arn_is_not_found(arn: str) -> None:
    with pytest.raises(KeyError):
        by_arn(arn)


def test_several_names_share_one_model() -> None:
    ranking = recipes()["aws-personalized-ranking"]
    assert ranking.recipe_type is RecipeType.PERSONALIZED_RANKING
    assert ranking.model_type is recipes()["aws-user-personalization"].model_type


def test_scores_are_hidden_where_the_service_hides_them() -> None:
    shown = {name for name, recipe in recipes().items() if recipe.shows_scores}
    assert shown >= {"aws-user-personalization", "aws-personalized-ranking"}
    assert not shown & {"aws-sims", "aws-similar-items", "aws-popularity-count"}
    assert not any(recipes()[name].domain for name in shown)


def test_serving_imports_the_recipes_without_the_training_libraries() -> None:
    heavy = "{'numba', 'optuna', 'scipy', 'torch'}"
    check = (
        f"import sys, aisle.recipes.training, aisle.recipes.registry as r; r.recipes(); "
        f"sys.exit(sorted({heavy} & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", check], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr.strip()) == (0, "")
