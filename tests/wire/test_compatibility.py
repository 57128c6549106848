"""The page of differences is made from the code, and names only what there is."""

from pathlib import Path

import pytest

from aisle.recipes.registry import recipes
from aisle.wire.compatibility import page
from aisle.wire.compatibility.differences import HYPERPARAMETERS, MEMBERS, MODELS, RECIPES
from aisle.wire.compatibility.page import REFUSED, member_paths, operation_rows
from aisle.wire.models import function_name, input_shape, operations
from aisle.wire.registry import FUNCTIONS

PAGE = Path(__file__).parents[2] / "docs" / "compatibility.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "run: python -m aisle.wire.compatibility > docs/compatibility.md"
    )


@pytest.mark.parametrize("name", MEMBERS)
def test_a_note_is_about_a_member_that_there_is(name: str) -> None:
    operation, _, path = name.partition(".")
    if operation == "*":
        paths = {
            found.rpartition(".")[2]
            for model in operations().values()
            for found in member_paths(input_shape(model))
        }
        assert path in paths
    else:
        assert not path or path in member_paths(input_shape(operations()[operation]))


def test_every_recipes_model_is_explained() -> None:
    assert {recipe.model_name for recipe in recipes().values()} == MODELS.keys()


def test_notes_on_recipes_are_about_those_that_there_are() -> None:
    declared = {one.name for recipe in recipes().values() for one in recipe.declared}
    assert HYPERPARAMETERS.keys() <= declared
    assert RECIPES.keys() <= recipes().keys()


def test_a_member_that_a_function_does_not_take_shows_as_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    operation = operations()["ListRecipes"]

    def without(_call: object, *, next_token: str, max_results: int) -> None: ...

    monkeypatch.setitem(FUNCTIONS, function_name(operation), without)
    rows = list(operation_rows(operation))
    assert ("", "`domain`", REFUSED) in rows
    assert rows[0][1] == "`nextToken`, `maxResults`"


def test_every_operation_is_on_the_page() -> None:
    assert [name for name in operations() if f"**{name}**" not in page()] == []
