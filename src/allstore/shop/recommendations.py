"""What the engine recommends, or why it did not."""

import time
from typing import TYPE_CHECKING

import msgspec
import structlog
from botocore.exceptions import BotoCoreError, ClientError

from allstore.shop.engine import runtime_client
from allstore.shop.settings import Settings, ShopConfig
from allstore.shop.visitor import Visitor

if TYPE_CHECKING:
    from types_boto3_personalize_runtime.type_defs import GetRecommendationsRequestTypeDef

TRENDING = "aws-ecomm-popular-items-by-views"
FOR_YOU = "aws-ecomm-recommended-for-you"
_LONGEST = 500
"""The most items one call may ask for."""

log = structlog.get_logger(__name__)


class Answer(msgspec.Struct, frozen=True):
    """Product ids, best first; none, and a `warning` for the page, where the engine failed."""

    recipe: str
    product_ids: tuple[str, ...] = ()
    recommendation_id: str | None = None
    milliseconds: float = 0.0
    warning: str | None = None


class Recommendations:
    def __init__(self, settings: Settings, config: ShopConfig) -> None:
        self._client = runtime_client(settings)
        self._config = config

    def trending(self, visitor: Visitor, count: int, category: str | None = None) -> Answer:
        """What is viewed most, for a visitor the engine knows nothing about."""
        arn = self._config.popular_by_views_arn
        return self._ask(TRENDING, arn, visitor.session_id, count, category)

    def for_shopper(self, user_id: str, count: int, category: str | None = None) -> Answer:
        """What suits a shopper, or an anonymous session with a history."""
        arn = self._config.recommended_for_you_arn
        return self._ask(FOR_YOU, arn, user_id, count, category)

    def _ask(
        self, recipe: str, arn: str | None, user_id: str, count: int, category: str | None
    ) -> Answer:
        if arn is None:
            return Answer(recipe, warning="The shop is not connected to a recommender yet.")
        request: GetRecommendationsRequestTypeDef = {
            "recommenderArn": arn,
            "userId": user_id,
            "numResults": count,
        }
        if category is not None:
            request |= self._within(category)
        started = time.perf_counter()
        try:
            answer = self._client.get_recommendations(**request)
        except (ClientError, BotoCoreError) as error:
            log.warning("recommendations_failed", recipe=recipe, error=str(error))
            return Answer(recipe, warning=_reason(error))
        return Answer(
            recipe=recipe,
            product_ids=tuple(item["itemId"] for item in answer["itemList"]),
            recommendation_id=answer.get("recommendationId"),
            milliseconds=(time.perf_counter() - started) * 1000,
        )

    def _within(self, category: str) -> "GetRecommendationsRequestTypeDef":
        """Ask for one category: by the engine's filter, else by a list long enough to sieve."""
        arn = self._config.category_filter_arn
        if arn is None:
            return {"numResults": _LONGEST}
        return {"filterArn": arn, "filterValues": {"CATEGORY": f'"{category}"'}}


def _reason(error: ClientError | BotoCoreError) -> str:
    if isinstance(error, ClientError):
        code = error.response.get("Error", {}).get("Code", "an error")
        return f"The recommendation engine answered {code}."
    return "The recommendation engine does not answer."
