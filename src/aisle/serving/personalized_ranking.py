"""GetPersonalizedRanking.

https://docs.aws.amazon.com/personalize/latest/dg/API_RS_GetPersonalizedRanking.html
"""

from collections.abc import Mapping

import msgspec
import numpy as np

from aisle.data.state import Transaction
from aisle.recipes.base import RecipeType
from aisle.records.errors import InvalidInputException
from aisle.serving.answer_space import AnswerSpace
from aisle.serving.call import Call
from aisle.serving.deployments import Deployment, answered_by
from aisle.serving.filtering import allowed, refuse_values_alone
from aisle.serving.history import History, history_of
from aisle.serving.metadata import Metadata, context_of, metadata_of
from aisle.serving.newcomers import placed
from aisle.serving.recommendations import query_of, recommendation_id

_MOST_ITEMS = 500


class _Seen(msgspec.Struct, frozen=True):
    """What an answer is made of, as it stood at one moment."""

    space: AnswerSpace
    history: History
    traits: Mapping[str, str | float]
    context: Mapping[str, str]
    listed: list[str]
    metadata: Metadata | None


async def get_personalized_ranking(
    call: Call,
    *,
    campaign_arn: str,
    input_list: list[str],
    user_id: str,
    context: Mapping[str, str] | None = None,
    filter_arn: str | None = None,
    filter_values: Mapping[str, str] | None = None,
    metadata_columns: Mapping[str, list[str]] | None = None,
) -> Mapping[str, object]:
    """The given items in the user's order; last and without a score those that are never to be
    recommended, then those that are unknown.

    A filter takes items off the list. The scores of the list sum to 1.
    """
    refuse_values_alone(filter_arn, filter_values)
    if not 1 <= len(input_list) <= _MOST_ITEMS:
        raise InvalidInputException(
            f"inputList has {len(input_list)} items; it needs 1 to {_MOST_ITEMS}."
        )
    given = list(dict.fromkeys(input_list))

    def look(transaction: Transaction, deployment: Deployment) -> _Seen:
        if deployment.recipe.recipe_type is not RecipeType.PERSONALIZED_RANKING:
            raise InvalidInputException(
                f"GetPersonalizedRanking needs a campaign of a PERSONALIZED_RANKING recipe; "
                f"{campaign_arn} was trained with {deployment.recipe.name}."
            )
        items = call.catalogues.current(transaction, deployment.group_arn, "ITEMS")
        space = call.spaces.of(deployment.followed, items)
        listed = given
        if filter_arn is not None:
            places = dict(zip(given, space.positions(given), strict=True))
            others = [item_id for item_id, at in places.items() if at < 0]
            mask = allowed(
                call,
                transaction,
                deployment.group_arn,
                space,
                filter_arn,
                values=filter_values,
                user_id=user_id,
                others=others,
            )
            places.update({item_id: len(space) + at for at, item_id in enumerate(others)})
            listed = [item_id for item_id in given if mask[places[item_id]]]
        return _Seen(
            space,
            history_of(transaction, deployment.followed, user_id),
            call.catalogues.traits(
                transaction, deployment.group_arn, user_id, deployment.deployed.model
            ),
            context_of(transaction, deployment.group_arn, context),
            listed,
            metadata_of(deployment, items, metadata_columns),
        )

    deployment, seen = await answered_by(call, campaign_arn, None, look)
    return {
        "personalizedRanking": _ranked(deployment, seen),
        "recommendationId": recommendation_id(),
    }


def _ranked(deployment: Deployment, seen: _Seen) -> list[dict[str, object]]:
    query = query_of(deployment, seen.history, seen.traits, context=seen.context)
    of_model = deployment.followed.score(query)
    scores = placed(
        seen.space,
        of_model,
        shares=True,
        history=query.history,
        trained=len(deployment.deployed.ids),
    )
    positions = dict(zip(seen.listed, seen.space.positions(seen.listed), strict=True))
    known = np.array([at for at in positions.values() if at >= 0], np.int64)
    order = known[np.argsort(-scores[known], kind="stable")]
    able = scores > -np.inf
    total = float(scores[known[able[known]]].sum()) or 1.0
    ranked: list[dict[str, object]] = []
    for at in order.tolist():
        item: dict[str, object] = {"itemId": seen.space.id(at)}
        if able[at]:
            item["score"] = float(scores[at]) / total
        if seen.metadata is not None:
            item["metadata"] = seen.metadata.of(at)
        ranked.append(item)
    ranked.extend({"itemId": item_id} for item_id, at in positions.items() if at < 0)
    return ranked
