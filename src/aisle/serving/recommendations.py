"""GetRecommendations and GetPersonalizedRanking."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from aisle.data.state import Transaction
from aisle.evaluation.ranking import top
from aisle.recipes.base import Query, Recipe, RecipeType
from aisle.recipes.deployable import Deployable
from aisle.records.errors import InvalidInputException
from aisle.serving.call import Call
from aisle.serving.deployments import answered_by
from aisle.serving.filtering import allowed, refuse_values_alone
from aisle.serving.history import History, history_of

_DEFAULT_RESULTS = 25
_MOST_RESULTS = 500


async def get_recommendations(
    call: Call,
    *,
    campaign_arn: str | None = None,
    recommender_arn: str | None = None,
    user_id: str | None = None,
    item_id: str | None = None,
    num_results: int | None = None,
    context: Mapping[str, str] | None = None,  # noqa: ARG001 - no model of ours reads it yet
    filter_arn: str | None = None,
    filter_values: Mapping[str, str] | None = None,
    promotions: list[Mapping[str, Any]] | None = None,
    metadata_columns: Mapping[str, list[str]] | None = None,
) -> Mapping[str, object]:
    """The best items for a user, or beside an item.

    https://docs.aws.amazon.com/personalize/latest/dg/API_RS_GetRecommendations.html
    """
    _refuse(promotions=promotions, metadataColumns=metadata_columns)
    refuse_values_alone(filter_arn, filter_values)
    wanted = num_results or _DEFAULT_RESULTS
    if wanted > _MOST_RESULTS:
        raise InvalidInputException(f"numResults is {wanted}; it can be {_MOST_RESULTS} at most.")

    def look(
        transaction: Transaction, deployed: Deployable, group_arn: str
    ) -> tuple[History, NDArray[np.bool_] | None]:
        recipe = deployed.recipe
        _require_members(recipe, user_id, item_id)
        history = history_of(transaction, deployed, user_id or "", recipe.taken_by)
        if filter_arn is None:
            return history, None
        space = call.spaces.of(deployed, call.catalogues.current(transaction, group_arn, "ITEMS"))
        mask = allowed(
            call,
            transaction,
            group_arn,
            space,
            filter_arn,
            values=filter_values,
            user_id=user_id,
            item_id=item_id if recipe.recipe_type is RecipeType.RELATED_ITEMS else None,
        )
        return history, mask[space.of_model]

    deployed, (history, kept) = await answered_by(call, campaign_arn, recommender_arn, look)
    scores = deployed.model.score(_query(deployed, history, item_id))
    if len(history.taken) or kept is not None:
        scores = scores.copy()
        scores[history.taken] = -np.inf
    if kept is not None:
        scores[~kept] = -np.inf
    return _answer("itemList", _items(deployed, top(scores, wanted), scores))


async def get_personalized_ranking(
    call: Call,
    *,
    campaign_arn: str,
    input_list: list[str],
    user_id: str,
    context: Mapping[str, str] | None = None,  # noqa: ARG001 - no model of ours reads it yet
    filter_arn: str | None = None,
    filter_values: Mapping[str, str] | None = None,
    metadata_columns: Mapping[str, list[str]] | None = None,
) -> Mapping[str, object]:
    """The given items in the user's order; unknown items last, without a score.

    A filter takes items off the list.
    Scores sum to 1 over the known items of the list.
    https://docs.aws.amazon.com/personalize/latest/dg/API_RS_GetPersonalizedRanking.html
    """
    refuse_values_alone(filter_arn, filter_values)
    _refuse(metadataColumns=metadata_columns)
    if not 1 <= len(input_list) <= _MOST_RESULTS:
        raise InvalidInputException(
            f"inputList has {len(input_list)} items; it needs 1 to {_MOST_RESULTS}."
        )

    given = list(dict.fromkeys(input_list))

    def look(
        transaction: Transaction, deployed: Deployable, group_arn: str
    ) -> tuple[History, list[str]]:
        if deployed.recipe.recipe_type is not RecipeType.PERSONALIZED_RANKING:
            raise InvalidInputException(
                f"GetPersonalizedRanking needs a campaign of a PERSONALIZED_RANKING recipe; "
                f"{campaign_arn} was trained with {deployed.recipe.name}."
            )
        history = history_of(transaction, deployed, user_id, None)
        if filter_arn is None:
            return history, given
        space = call.spaces.of(deployed, call.catalogues.current(transaction, group_arn, "ITEMS"))
        places = dict(zip(given, space.positions(given), strict=True))
        others = [item_id for item_id, at in places.items() if at < 0]
        mask = allowed(
            call,
            transaction,
            group_arn,
            space,
            filter_arn,
            values=filter_values,
            user_id=user_id,
            others=others,
        )
        places.update({item_id: len(space) + at for at, item_id in enumerate(others)})
        return history, [item_id for item_id in given if mask[places[item_id]]]

    deployed, (history, listed) = await answered_by(call, campaign_arn, None, look)
    known = np.array([deployed.codes[i] for i in listed if i in deployed.codes], np.int64)
    scores = deployed.model.score(_query(deployed, history, None))
    order = known[np.argsort(-scores[known], kind="stable")]
    total = float(scores[known].sum()) or 1.0
    ranked: list[dict[str, object]] = [
        {"itemId": deployed.ids[code], "score": float(scores[code]) / total} for code in order
    ]
    unknown: list[dict[str, object]] = [
        {"itemId": item_id} for item_id in listed if item_id not in deployed.codes
    ]
    return _answer("personalizedRanking", [*ranked, *unknown])


def _query(deployed: Deployable, history: History, item_id: str | None) -> Query:
    return Query(
        history=history.items,
        times=history.times,
        now=time.time(),
        item=deployed.codes.get(item_id, -1) if item_id is not None else -1,
    )


def _items(
    deployed: Deployable,
    order: NDArray[np.int32],
    scores: NDArray[np.float32],
) -> list[dict[str, object]]:
    if not deployed.recipe.shows_scores:
        return [{"itemId": deployed.ids[code]} for code in order]
    return [{"itemId": deployed.ids[code], "score": float(scores[code])} for code in order]


def _answer(member: str, items: list[dict[str, object]]) -> Mapping[str, object]:
    return {member: items, "recommendationId": f"RID-{uuid4()}"}


def _require_members(recipe: Recipe, user_id: str | None, item_id: str | None) -> None:
    kind = recipe.recipe_type
    if kind is RecipeType.PERSONALIZED_RANKING:
        raise InvalidInputException(
            f"The recipe {recipe.name} ranks a given list: call GetPersonalizedRanking."
        )
    if kind is RecipeType.USER_PERSONALIZATION and not user_id:
        raise InvalidInputException(f"userId is required by the recipe {recipe.name}.")
    if kind is RecipeType.RELATED_ITEMS and not item_id:
        raise InvalidInputException(f"itemId is required by the recipe {recipe.name}.")


def _refuse(**members: object) -> None:
    """Raise InvalidInputException for a member that this server cannot honour yet."""
    for name, value in members.items():
        if value:
            raise InvalidInputException(
                f"{name} is not supported by this server yet; leave it out."
            )
