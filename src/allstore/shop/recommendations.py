"""What the engine recommends, or why it did not."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import structlog

from allstore.shop.engine import failure, runtime_client
from allstore.shop.settings import Settings, ShopConfig
from allstore.shop.visitor import Visitor

TRENDING = "aws-ecomm-popular-items-by-views"
BOUGHT = "aws-ecomm-popular-items-by-purchases"
FOR_YOU = "aws-ecomm-recommended-for-you"
ALSO_VIEWED = "aws-ecomm-customers-who-viewed-x-also-viewed"
BOUGHT_TOGETHER = "aws-ecomm-frequently-bought-together"
SIMILAR = "aws-similar-items"
RANKING = "aws-personalized-ranking"
_PROMOTING = frozenset({TRENDING, FOR_YOU})
PROMOTION = "allstore-promotion"
"""What the answers of the engine call it."""
MOST_RANKED = 500
"""The most items one call may ask for, or have ranked."""

log = structlog.get_logger(__name__)


class Answer(msgspec.Struct, frozen=True):
    """Product ids, best first; none, and a `warning` for the page, where the engine failed."""

    recipe: str
    product_ids: tuple[str, ...] = ()
    scores: Mapping[str, float] = {}
    """By product id, where the recipe has them."""
    recommendation_id: str | None = None
    recommendation_ids: Mapping[str, str] = {}
    """By product id, where the list is put together of several answers."""
    promoted: frozenset[str] = frozenset()
    """Products that are in the list because the shop promotes them."""
    reasons: Mapping[str, tuple[str, ...]] = {}
    """By product id, where the recipe has them: the engine's, such as `Exploration`."""
    milliseconds: float = 0.0
    warning: str | None = None

    def recommendation_of(self, product_id: str) -> str | None:
        """The engine's answer that a product came in; None where the shop itself added it."""
        if product_id not in self.product_ids:
            return None
        return self.recommendation_ids.get(product_id, self.recommendation_id)


class _Item(msgspec.Struct, frozen=True, rename="camel"):
    item_id: str
    score: float | None = None
    promotion_name: str | None = None
    reason: tuple[str, ...] = ()


class _Answered(msgspec.Struct, frozen=True, rename="camel"):
    """What is read of the engine's answer."""

    items: tuple[_Item, ...]
    recommendation_id: str | None = None


class Recommendations:
    def __init__(self, settings: Settings, config: Callable[[], ShopConfig]) -> None:
        self._client = runtime_client(settings)
        self._config = config
        self._percent = settings.promotion_percent

    def trending(self, visitor: Visitor, count: int, category: str | None = None) -> Answer:
        """What is viewed most, or in a store that knows of no views bought most, for a visitor the
        engine knows nothing about; of all categories it has what the shop promotes in its places.
        """
        config = self._config()
        recipe, arn = TRENDING, config.popular_by_views_arn
        if arn is None and config.popular_by_purchases_arn is not None:
            recipe, arn = BOUGHT, config.popular_by_purchases_arn
        return self._listed(recipe, arn, count, category, userId=visitor.session_id)

    def for_shopper(self, user_id: str, count: int, category: str | None = None) -> Answer:
        """What suits a shopper, or an anonymous session with a history; of all categories it has
        what the shop promotes in its places, in the order that suits them.
        """
        arn = self._config().recommended_for_you_arn
        return self._listed(FOR_YOU, arn, count, category, userId=user_id)

    def liked(self, user_id: str, count: int) -> Answer:
        """What suits them of all categories, and nothing because it is promoted."""
        arn = self._config().recommended_for_you_arn
        return self._listed(FOR_YOU, arn, count, promotes=False, userId=user_id)

    def of(self, arn: str, user_id: str, count: int, product_id: str | None = None) -> Answer:
        """What any recommender or campaign gives, by its ARN; one for items needs a product."""
        item: dict[str, Any] = {} if product_id is None else {"itemId": product_id}
        return self._listed(arn.rpartition("/")[2], arn, count, userId=user_id, **item)

    def similar_items(self, product_id: str, count: int) -> Answer:
        """What is like a product."""
        return self._listed(SIMILAR, self._config().similar_items_arn, count, itemId=product_id)

    def also_viewed(self, visitor: Visitor, product_id: str, count: int) -> Answer:
        """What those who viewed a product viewed too."""
        arn, user_id = self._config().also_viewed_arn, visitor.user_id or visitor.session_id
        return self._listed(ALSO_VIEWED, arn, count, itemId=product_id, userId=user_id)

    def bought_together(self, product_id: str, count: int) -> Answer:
        """What is bought with a product."""
        arn = self._config().bought_together_arn
        return self._listed(BOUGHT_TOGETHER, arn, count, itemId=product_id)

    def rank(
        self,
        user_id: str,
        product_ids: Sequence[str],
        context: Mapping[str, str] | None = None,
        arn: str | None = None,
    ) -> Answer:
        """At most `MOST_RANKED` products in the order that suits a shopper or session, in a
        `context` by the names of the columns of interactions; by the shop's campaign, or by that of
        another ARN.
        """
        arn = arn or self._config().ranking_arn
        request: dict[str, Any] = {"campaignArn": arn, "userId": user_id}
        request["inputList"] = list(product_ids)
        if context is not None:
            request["context"] = dict(context)
        ask = self._client.get_personalized_ranking
        return _asked(RANKING, arn, lambda: ask(**request), "personalizedRanking")

    def _listed(
        self,
        recipe: str,
        arn: str | None,
        count: int,
        category: str | None = None,
        *,
        promotes: bool = True,
        **asked: str,
    ) -> Answer:
        request: dict[str, Any] = {_member(arn): arn, "numResults": count, **asked}
        if category is not None:
            request |= self._within(category)
        elif promotes and recipe in _PROMOTING:
            request |= self._promotions()
        ask = self._client.get_recommendations
        return _asked(recipe, arn, lambda: ask(**request), "itemList")

    def _within(self, category: str) -> dict[str, Any]:
        """Ask for one category: by the engine's filter, else by a list long enough to sieve."""
        arn = self._config().category_filter_arn
        if arn is None:
            return {"numResults": MOST_RANKED}
        return {"filterArn": arn, "filterValues": {"CATEGORY": f'"{category}"'}}

    def _promotions(self) -> dict[str, Any]:
        """Ask for the promotion, where there is a filter that knows what is promoted."""
        arn = self._config().promotion_filter_arn
        if arn is None:
            return {}
        share = {"percentPromotedItems": self._percent, "filterArn": arn}
        return {"promotions": [{"name": PROMOTION, **share}]}


def _member(arn: str | None) -> str:
    """The member of GetRecommendations that takes an ARN."""
    return "campaignArn" if ":campaign/" in (arn or "") else "recommenderArn"


def _asked(recipe: str, arn: str | None, ask: Callable[[], Any], member: str) -> Answer:
    """The items in the answer's `member`; one without it is a failure."""
    if arn is None:
        return Answer(recipe, warning="The shop is not connected to a recommender yet.")
    started = time.perf_counter()
    try:
        answer = _read(ask(), member)
    except Exception as error:  # noqa: BLE001 - what is no engine may answer anything
        failed = failure(error)
        log.warning("recommendations_failed", recipe=recipe, error=failed.detail)
        return Answer(recipe, warning=failed.said)
    return Answer(
        recipe=recipe,
        product_ids=tuple(item.item_id for item in answer.items),
        scores={item.item_id: item.score for item in answer.items if item.score is not None},
        recommendation_id=answer.recommendation_id,
        promoted=frozenset(item.item_id for item in answer.items if item.promotion_name),
        reasons={item.item_id: item.reason for item in answer.items if item.reason},
        milliseconds=(time.perf_counter() - started) * 1000,
    )


def _read(answer: Mapping[str, Any], member: str) -> _Answered:
    """Raises ValidationError for one that the engine does not give."""
    items = {"items": answer[member]} if member in answer else {}
    told = {"recommendationId": answer.get("recommendationId")}
    return msgspec.convert(items | told, _Answered)
