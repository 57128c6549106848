"""GetRecommendations: https://docs.aws.amazon.com/personalize/latest/dg/API_RS_GetRecommendations.html."""

import time
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.state import Transaction
from aisle.evaluation.ranking import top
from aisle.recipes.base import Query, Recipe, RecipeType
from aisle.records.errors import InvalidInputException
from aisle.serving.answer_space import AnswerSpace
from aisle.serving.arranging import Positions, interleaved
from aisle.serving.call import Call
from aisle.serving.deployments import Deployment, answered_by
from aisle.serving.exploration import best_and_new
from aisle.serving.filtering import allowed, refuse_values_alone
from aisle.serving.history import History, history_of
from aisle.serving.influence import influenced
from aisle.serving.interacted import interacted
from aisle.serving.metadata import Metadata, context_of, metadata_of
from aisle.serving.newcomers import placed
from aisle.serving.promotions import Promotion, promotion_of

_DEFAULT_RESULTS = 25
_MOST_RESULTS = 500
_OTHERS = {
    RecipeType.PERSONALIZED_RANKING: "ranks a given list: call GetPersonalizedRanking",
    RecipeType.PERSONALIZED_ACTIONS: "recommends actions: call GetActionRecommendations",
    RecipeType.USER_SEGMENTATION: "finds users: call CreateBatchSegmentJob",
}


class _Seen(msgspec.Struct, frozen=True):
    """What an answer is made of, as it stood at one moment."""

    space: AnswerSpace
    history: History
    traits: Mapping[str, str | float]
    item_traits: Mapping[str, str | float]
    context: Mapping[str, str]
    taken: Positions
    kept: NDArray[np.bool_] | None
    promoted: NDArray[np.bool_] | None
    metadata: Metadata | None


async def get_recommendations(
    call: Call,
    *,
    campaign_arn: str | None = None,
    recommender_arn: str | None = None,
    user_id: str | None = None,
    item_id: str | None = None,
    num_results: int | None = None,
    context: Mapping[str, str] | None = None,
    filter_arn: str | None = None,
    filter_values: Mapping[str, str] | None = None,
    promotions: list[Mapping[str, Any]] | None = None,
    metadata_columns: Mapping[str, list[str]] | None = None,
) -> Mapping[str, object]:
    """The best items for a user, or beside an item."""
    refuse_values_alone(filter_arn, filter_values)
    wanted = num_results or _DEFAULT_RESULTS
    if wanted > _MOST_RESULTS:
        raise InvalidInputException(f"numResults is {wanted}; it can be {_MOST_RESULTS} at most.")
    promotion = promotion_of(promotions)

    def look(transaction: Transaction, deployment: Deployment) -> _Seen:
        recipe, group = deployment.recipe, deployment.group_arn
        _require_members(recipe, {"userId": user_id, "itemId": item_id})
        items = call.catalogues.current(transaction, group, "ITEMS")
        space = call.spaces.of(deployment.followed, items)
        related = item_id if recipe.recipe_type is RecipeType.RELATED_ITEMS else None

        def left(arn: str | None, values: Mapping[str, str] | None) -> NDArray[np.bool_] | None:
            if arn is None:
                return None
            return allowed(
                call,
                transaction,
                group,
                space,
                arn,
                values=values,
                user_id=user_id,
                item_id=related,
            )

        return _Seen(
            space,
            history_of(transaction, deployment.followed, user_id),
            call.catalogues.traits(transaction, group, user_id, deployment.deployed.model),
            items.traits(related),
            context_of(transaction, group, context),
            _taken(call, transaction, deployment, space, user_id),
            left(filter_arn, filter_values),
            left(promotion.filter_arn, promotion.filter_values) if promotion else None,
            metadata_of(deployment, items, metadata_columns),
        )

    deployment, seen = await answered_by(call, campaign_arn, recommender_arn, look)
    scores = _scores(deployment, seen, item_id)
    chosen = _chosen(deployment, seen, scores, promotion, wanted)
    return {"itemList": chosen, "recommendationId": recommendation_id()}


def recommendation_id() -> str:
    """A new one, of 40 characters."""
    return f"RID-{uuid4()}"


def query_of(
    deployment: Deployment,
    history: History,
    traits: Mapping[str, str | float],
    *,
    item_id: str | None = None,
    item_traits: Mapping[str, str | float] | None = None,
    context: Mapping[str, str] | None = None,
) -> Query:
    """What the model is asked."""
    codes = deployment.followed.codes
    item = codes.get(item_id, -1) if item_id is not None else -1
    return Query(
        history=history.items,
        times=history.times,
        now=time.time(),
        item=item,
        event_type=history.event_type,
        value=history.value,
        traits=traits,
        context=context or {},
        item_traits=item_traits or {},
    )


def _scores(deployment: Deployment, seen: _Seen, item_id: str | None) -> NDArray[np.float32]:
    """`[space]` minus infinity for what the user has taken and for the item asked about."""
    recipe = deployment.recipe
    query = query_of(
        deployment,
        seen.history,
        seen.traits,
        item_id=item_id,
        item_traits=seen.item_traits,
        context=seen.context,
    )
    of_model = deployment.followed.score(query)
    related = recipe.recipe_type is RecipeType.RELATED_ITEMS
    history = None if related else query.history
    scores = placed(
        seen.space,
        of_model,
        shares=recipe.shows_scores,
        history=history,
        trained=len(deployment.deployed.ids),
    )
    scores = influenced(deployment.deployed, seen.space, deployment.config, scores)
    scores[seen.taken] = -np.inf
    if related and item_id is not None:
        (asked,) = seen.space.positions([item_id])
        if asked >= 0:
            scores[asked] = -np.inf
    return scores


def _chosen(
    deployment: Deployment,
    seen: _Seen,
    scores: NDArray[np.float32],
    promotion: Promotion | None,
    wanted: int,
) -> list[dict[str, object]]:
    """The items of the answer: promoted ones, new ones, and the best that the filter leaves."""
    chance = np.random.default_rng()
    promoted = np.empty(0, np.int64)
    if promotion is not None and seen.promoted is not None:
        able = np.where(seen.promoted, scores, -np.inf)
        promoted = top(able, promotion.places(wanted)).astype(np.int64)
    others = scores.copy() if seen.kept is None else np.where(seen.kept, scores, -np.inf)
    others[promoted] = -np.inf
    usual_order, fresh = best_and_new(
        deployment.deployed,
        seen.space,
        deployment.config,
        others,
        places=wanted - len(promoted),
        chance=chance,
    )
    order = interleaved(usual_order, promoted, chance)
    special = dict.fromkeys(fresh.tolist(), "Exploration")
    special |= dict.fromkeys(promoted.tolist(), "Promoted item")
    usual = None if len(seen.history.items) else "Popular item"
    recipe = deployment.recipe
    items: list[dict[str, object]] = []
    for position in order.tolist():
        item: dict[str, object] = {"itemId": seen.space.id(position)}
        if recipe.shows_scores:
            item["score"] = float(scores[position])
        reason = special.get(position, usual)
        if reason == "Promoted item" and promotion is not None and promotion.name:
            item["promotionName"] = promotion.name
        if recipe.gives_reasons and reason is not None:
            item["reason"] = [reason]
        if seen.metadata is not None:
            item["metadata"] = seen.metadata.of(position)
        items.append(item)
    return items


def _taken(
    call: Call,
    transaction: Transaction,
    deployment: Deployment,
    space: AnswerSpace,
    user_id: str | None,
) -> Positions:
    """Where the items stand that the recipe recommends to this user no longer."""
    kind = deployment.recipe.taken_by
    if kind is None or user_id is None:
        return np.empty(0, np.int64)
    pairs = interacted(call.imported, transaction, deployment.group_arn, user_id)
    found = np.array(space.positions([i for i, kind_of in pairs if kind_of == kind]), np.int64)
    return found[found >= 0]


def _require_members(recipe: Recipe, given: Mapping[str, str | None]) -> None:
    other = _OTHERS.get(recipe.recipe_type)
    if other is not None:
        raise InvalidInputException(f"The recipe {recipe.name} {other}.")
    for member in recipe.needs:
        if not given[member]:
            raise InvalidInputException(f"{member} is required by the recipe {recipe.name}.")
