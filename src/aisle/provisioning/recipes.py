"""The recipes a server has, and those to train where nobody named one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    TokenRetrievalError,
)

from aisle.provisioning.plan import Plan, ProvisionError, RecommenderPlan, SolutionPlan
from aisle.provisioning.resources import said_by

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient

_USUAL = {
    "ECOMMERCE": ("aws-ecomm-recommended-for-you", "aws-ecomm-popular-items-by-views"),
    "VIDEO_ON_DEMAND": ("aws-vod-top-picks", "aws-vod-most-popular"),
}
_USUAL_WITHOUT_DOMAIN = ("aws-user-personalization-v2", "aws-user-personalization")
"""The first that there is."""
_LONGEST_OF_RESOURCES = 63
_UNSIGNED = (
    NoCredentialsError,
    PartialCredentialsError,
    CredentialRetrievalError,
    TokenRetrievalError,
)


class Recipe(msgspec.Struct, frozen=True):
    """One recipe of the server; a domain's is trained as a recommender, the others as solutions."""

    name: str
    domain: str | None


def recipes_of(personalize: "PersonalizeClient") -> tuple[Recipe, ...]:
    """All recipes. Raises ProvisionError where nobody answers, or something else does."""
    endpoint = personalize.meta.endpoint_url
    try:
        pages = list(personalize.get_paginator("list_recipes").paginate())
        return tuple(
            Recipe(recipe["name"], recipe.get("domain"))
            for page in pages
            for recipe in page["recipes"]
        )
    except EndpointConnectionError as error:
        raise ProvisionError(f"Nobody listens at {endpoint}.") from error
    except ClientError as error:
        raise ProvisionError(f"{endpoint} refuses: {said_by(error)}") from error
    except _UNSIGNED as error:
        raise ProvisionError(f"Requests to {endpoint} cannot be signed: {error}") from error
    except (BotoCoreError, KeyError) as error:
        raise ProvisionError(f"{endpoint} does not answer as the service does: {error}") from error


def choose(known: Sequence[Recipe], wanted: Sequence[str], domain: str | None) -> list[Recipe]:
    """The wanted recipes, or the usual ones of the domain.

    Raises ProvisionError for one that the server has not got or that is of another domain.
    """
    by_name = {recipe.name: recipe for recipe in known}
    names = list(dict.fromkeys(wanted)) or _usual(by_name, domain)
    unknown = [name for name in names if name not in by_name]
    if unknown or not names:
        what = f"There is no recipe {unknown[0]}" if unknown else f"No recipe is for {domain}"
        raise ProvisionError(f"{what}. Recipes here: {', '.join(sorted(by_name))}.")
    chosen = [by_name[name] for name in names]
    for recipe in chosen:
        if recipe.domain not in {None, domain}:
            raise ProvisionError(
                f"The recipe {recipe.name} is for the domain {recipe.domain}; "
                f"the import's domain is {domain or 'none'}."
            )
    return chosen


def with_recipes(plan: Plan, recipes: Sequence[Recipe]) -> Plan:
    """The plan with a solution or a recommender a recipe."""
    most = _LONGEST_OF_RESOURCES
    named = [(f"{plan.name}-{r.name.removeprefix('aws-')}"[:most], r) for r in recipes]
    return msgspec.structs.replace(
        plan,
        solutions=tuple(SolutionPlan(name, r.name) for name, r in named if r.domain is None),
        recommenders=tuple(RecommenderPlan(name, r.name) for name, r in named if r.domain),
    )


def _usual(by_name: dict[str, Recipe], domain: str | None) -> list[str]:
    if domain is None:
        return [name for name in _USUAL_WITHOUT_DOMAIN if name in by_name][:1]
    return [name for name in _USUAL[domain] if name in by_name]
