"""GetActionRecommendations.

https://docs.aws.amazon.com/personalize/latest/dg/API_RS_GetActionRecommendations.html
"""

import time
from collections.abc import Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.action_log import TAKEN, recent_actions
from aisle.data.state import Transaction
from aisle.evaluation.ranking import top
from aisle.filters.expression import Subject
from aisle.recipes.base import Query, RecipeType
from aisle.recipes.deployable import Deployable
from aisle.records.errors import InvalidInputException
from aisle.serving.answer_space import AnswerSpace
from aisle.serving.call import Call
from aisle.serving.deployments import Deployment, answered_by
from aisle.serving.filtering import allowed, refuse_values_alone
from aisle.serving.newcomers import newcomers, placed
from aisle.serving.recommendations import recommendation_id

_DEFAULT_RESULTS = 5
_MOST_RESULTS = 100
_UNTRIED = np.float32(0.1)
"""What the propensity of an action without events is, beside those of its kind."""
_MOST_RECENT = 500
_DAY = 86_400.0
_EXPIRY = ("EXPIRATION_TIMESTAMP", "ACTION_EXPIRATION_TIMESTAMP")
_REPEAT = "REPEAT_FREQUENCY"


class _Acted(msgspec.Struct, frozen=True):
    """A user's events with actions, oldest first."""

    actions: list[str]
    times: NDArray[np.int64]
    """`[events]` epoch seconds."""
    taken: NDArray[np.bool_]
    """`[events]` whether the user took the action."""


class _Seen(msgspec.Struct, frozen=True):
    """What an answer is made of, as it stood at one moment."""

    space: AnswerSpace
    acted: _Acted
    kept: NDArray[np.bool_] | None


async def get_action_recommendations(
    call: Call,
    *,
    campaign_arn: str | None = None,
    user_id: str | None = None,
    num_results: int | None = None,
    filter_arn: str | None = None,
    filter_values: Mapping[str, str] | None = None,
) -> Mapping[str, object]:
    """The actions that a user is most likely to take, each with its propensity from 0 to 1.

    An action that has expired is left out, and so is one that the user had an event with fewer
    days ago than its repeat frequency.
    """
    refuse_values_alone(filter_arn, filter_values)
    wanted = num_results or _DEFAULT_RESULTS
    if wanted > _MOST_RESULTS:
        raise InvalidInputException(f"numResults is {wanted}; it can be {_MOST_RESULTS} at most.")
    if not user_id:
        raise InvalidInputException("userId is required.")

    def look(transaction: Transaction, deployment: Deployment) -> _Seen:
        if deployment.recipe.recipe_type is not RecipeType.PERSONALIZED_ACTIONS:
            raise InvalidInputException(
                "GetActionRecommendations needs a campaign of a PERSONALIZED_ACTIONS recipe; "
                f"{campaign_arn} was trained with {deployment.recipe.name}."
            )
        group = deployment.group_arn
        actions = call.catalogues.current(transaction, group, "ACTIONS")
        space = call.spaces.of(deployment.deployed, actions)
        kept = None
        if filter_arn is not None:
            kept = allowed(
                call,
                transaction,
                group,
                space,
                filter_arn,
                values=filter_values,
                user_id=user_id,
                subject=Subject.ACTION,
            )
        return _Seen(space, _acted(transaction, deployment.deployed, user_id), kept)

    deployment, seen = await answered_by(call, campaign_arn, None, look)
    now = time.time()
    scores = placed(
        seen.space,
        deployment.deployed.model.score(_query(deployment.deployed, seen.acted, now)),
        shares=False,
    )
    scores[newcomers(seen.space).rows] *= _UNTRIED
    shown = np.where(_due(seen.space, seen.acted, now), scores, -np.inf)
    if seen.kept is not None:
        shown[~seen.kept] = -np.inf
    listed = [
        {"actionId": seen.space.id(at), "score": float(scores[at])}
        for at in top(shown, wanted).tolist()
    ]
    return {"actionList": listed, "recommendationId": recommendation_id()}


def _acted(transaction: Transaction, deployed: Deployable, user_id: str) -> _Acted:
    """What the model learnt of a user, and what came since."""
    histories, manifest = deployed.histories, deployed.manifest
    code = histories.users.find(user_id)
    rows = histories.rows_of(code) if code >= 0 else slice(0, 0)
    kinds = np.array([kind == TAKEN.lower() for kind in histories.event_types], np.bool_)
    since = recent_actions(
        transaction.connection,
        manifest.dataset,
        user_id,
        after=manifest.newest_event_id,
        most=_MOST_RECENT,
    )
    return _Acted(
        actions=[
            *(deployed.ids[item] for item in histories.item[rows].tolist()),
            *(event.action_id for event in since),
        ],
        times=np.concatenate(
            [histories.timestamp[rows], np.array([int(one.sent_at) for one in since], np.int64)]
        ),
        taken=np.concatenate(
            [
                kinds[histories.event_type[rows]],
                np.array([one.event_type.lower() == TAKEN.lower() for one in since], np.bool_),
            ]
        ),
    )


def _query(deployed: Deployable, acted: _Acted, now: float) -> Query:
    """What the model is asked: the events with actions that it knows."""
    codes = np.array([deployed.codes.get(action, -1) for action in acted.actions], np.int32)
    known = codes >= 0
    return Query(
        history=codes[known], times=acted.times[known], now=now, positive=acted.taken[known]
    )


def _due(space: AnswerSpace, acted: _Acted, now: float) -> NDArray[np.bool_]:
    """`[space]` the actions that have not expired and may be recommended to the user again."""
    due = np.ones(len(space), np.bool_)
    for name in _EXPIRY:
        column = space.catalogue.number(name)
        if column is not None:
            due[: len(column.numbers)] &= ~(column.numbers < now)
    repeat = space.catalogue.number(_REPEAT)
    if repeat is None or not acted.actions:
        return due
    last = np.full(len(space), -np.inf)
    at = np.array(space.positions(acted.actions), np.int64)
    np.maximum.at(last, at[at >= 0], acted.times[at >= 0].astype(np.float64))
    waiting = now - last[: len(repeat.numbers)] < repeat.numbers * _DAY
    due[: len(repeat.numbers)] &= ~waiting
    return due
