"""Which recipes the data is enough for."""

from aisle.data.schema import DatasetSchema
from aisle.data.schema_rules import check_rules
from aisle.diagnosis.census import Census
from aisle.diagnosis.evidence import Evidence
from aisle.diagnosis.findings import RecipeReadiness
from aisle.recipes.base import Recipe
from aisle.recipes.minimums import INTERACTIONS, INTERACTIONS_OF_A_USER, USERS
from aisle.recipes.registry import recipes
from aisle.records.errors import InvalidInputException


def readiness_of(evidence: Evidence) -> tuple[RecipeReadiness, ...]:
    """Every recipe of this installation, by name; those that can train come first."""
    found = [_readiness(recipe, evidence) for _, recipe in sorted(recipes().items())]
    return tuple(sorted(found, key=lambda one: not one.ready))


def _readiness(recipe: Recipe, evidence: Evidence) -> RecipeReadiness:
    missing = [*_amounts(recipe.event_type, evidence.census), *_domain(recipe.domain, evidence)]
    return RecipeReadiness(recipe.name, not missing, tuple(missing))


def _amounts(event_type: str | None, census: Census) -> list[str]:
    kind = "" if event_type is None else f" of type {event_type}"
    counts = census.of_type(event_type)
    missing = []
    if counts.sum() < INTERACTIONS:
        missing.append(f"{INTERACTIONS:,} interactions{kind}; the data has {counts.sum():,}")
    users = (counts >= INTERACTIONS_OF_A_USER).sum()
    if users < USERS:
        missing.append(
            f"{USERS} users with {INTERACTIONS_OF_A_USER} interactions{kind}; the data has {users}"
        )
    return missing


def _domain(domain: str | None, evidence: Evidence) -> list[str]:
    if domain is None:
        return []
    missing = []
    if evidence.interactions.column("EVENT_TYPE") is None:
        missing.append(f"the column EVENT_TYPE, which domain {domain} requires")
    for table in evidence.tables:
        if table.schema:
            missing += _refusal(table.schema, domain)
    return missing


def _refusal(schema: DatasetSchema, domain: str) -> list[str]:
    try:
        check_rules(schema.dataset_type, schema.fields, domain)
    except InvalidInputException as error:
        return [f"a schema that fits the domain: {str(error).removesuffix('.')}"]
    return []
