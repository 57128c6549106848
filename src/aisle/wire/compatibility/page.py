"""The page of differences as Markdown, made from the models, the functions and the recipes."""

import inspect
from collections.abc import Iterator, Mapping, Sequence

from botocore import xform_name
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape

from aisle.recipes.base import Recipe
from aisle.recipes.registry import recipes
from aisle.storage.quotas import QUOTAS
from aisle.wire.compatibility.differences import (
    GENERAL,
    HYPERPARAMETERS,
    MEMBERS,
    MODELS,
    RECIPES,
)
from aisle.wire.models import SERVICES, function_name, input_shape, operations
from aisle.wire.registry import FUNCTIONS
from aisle.wire.throttling import ANSWERS_OF_A_CAMPAIGN, ANSWERS_OF_AN_ACCOUNT, PUT_EVENTS

SAME = "as the service"
REFUSED = "refused: the server has no use for it"

_HEAD = """\
# Compatibility with Amazon Personalize

<!-- Made by `python -m aisle.wire.compatibility > docs/compatibility.md`; a test compares. -->

What each operation, each of its members and each recipe does here, and where that differs from the
service. The tables are made from botocore's models and from this server's own functions and
recipes: a member that a function does not take shows as refused. The conformance tests send every
member of every operation in a valid request.
"""


def page() -> str:
    """All of it, each section behind a heading."""
    sections = [_HEAD, f"## In general\n\n{GENERAL}"]
    for service in SERVICES:
        rows = [row for model in _of(service) for row in operation_rows(model)]
        sections.append(
            _table(f"Operations of `{service}`", ("operation", "members", "here"), rows)
        )
    recipe_head = ("recipe", "type", "trains", "hyperparameters", "differs")
    sections.append(_table("Recipes", recipe_head, [_recipe_row(r) for r in recipes().values()]))
    sections.append(_table("Models", ("model", "what it is"), _noted(MODELS)))
    sections.append(_table("Hyperparameters", ("name", "here"), _noted(HYPERPARAMETERS)))
    sections.append(_table("Quotas of the strict mode", ("at most", "of"), list(_quota_rows())))
    return "\n".join(sections)


def _of(service: str) -> Iterator[OperationModel]:
    for model in operations().values():
        if model.service_model.service_name == service:
            yield model


def operation_rows(model: OperationModel) -> Iterator[tuple[str, ...]]:
    """An operation's members that are the same in one row, and each other member in its own."""
    taken = inspect.signature(FUNCTIONS[function_name(model)]).parameters
    notes = member_notes(model)
    for member in input_shape(model).members:
        if xform_name(member) not in taken:
            notes[member] = REFUSED
    same = [f"`{name}`" for name in input_shape(model).members if name not in notes]
    yield f"**{model.name}**", ", ".join(same), MEMBERS.get(model.name, SAME)
    yield from (("", f"`{path}`", note) for path, note in notes.items())


def member_notes(model: OperationModel) -> dict[str, str]:
    """What differs, by the path of a member at any depth."""
    found = {}
    for path in member_paths(input_shape(model)):
        general = MEMBERS.get(f"*.{path.rpartition('.')[2]}")
        note = MEMBERS.get(f"{model.name}.{path}", general)
        if note is not None:
            found[path] = note
    return found


def member_paths(shape: Shape, path: str = "") -> Iterator[str]:
    """Every member of a structure, those inside it and inside its lists and maps with dots."""
    if isinstance(shape, ListShape):
        yield from member_paths(shape.member, path)
    if isinstance(shape, MapShape):
        yield from member_paths(shape.value, path)
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield f"{path}{name}"
            yield from member_paths(member, f"{path}{name}.")


def _recipe_row(recipe: Recipe) -> tuple[str, ...]:
    of = f"{recipe.recipe_type.value}" + (f", {recipe.domain}" if recipe.domain else "")
    parameters = ", ".join(f"`{one.name}`" for one in (*recipe.declared, *recipe.features))
    note = RECIPES.get(recipe.name, "")
    return f"`{recipe.name}`", of, f"`{recipe.model_name}`", parameters, note


def _quota_rows() -> Iterator[tuple[str, ...]]:
    yield from ((str(quota.most), quota.noun) for quota in QUOTAS.values())
    yield f"{ANSWERS_OF_AN_ACCOUNT:.0f}", "requests a second for recommendations of an account"
    yield f"{ANSWERS_OF_A_CAMPAIGN:.0f}", "requests a second of a campaign or recommender"
    yield f"{PUT_EVENTS:.0f}", "PutEvents requests a second of an account"


def _noted(notes: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [(f"`{name}`", note) for name, note in notes.items()]


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return "\n".join((f"## {title}\n", *(f"| {' | '.join(line)} |" for line in lines), ""))
