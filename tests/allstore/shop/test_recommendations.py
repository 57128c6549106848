import msgspec

from allstore.shop.recommendations import FOR_YOU, TRENDING, Recommendations
from allstore.shop.settings import Settings
from allstore.shop.visitor import Visitor
from shopfront import FOR_YOU_ARN, POPULAR_ARN, StandInEngine

COLD = Visitor("session-1")


def recommendations(settings: Settings) -> Recommendations:
    return Recommendations(settings, settings.config)


def test_trending_asks_the_popular_recommender(engine: StandInEngine, settings: Settings) -> None:
    answer = recommendations(settings).trending(COLD, 3)
    assert engine.asked == [{"recommenderArn": POPULAR_ARN, "userId": "session-1", "numResults": 3}]
    assert answer.recipe == TRENDING
    assert answer.product_ids == ("p00", "p01", "p02")
    assert answer.recommendation_id == "RID-1"
    assert answer.milliseconds > 0
    assert answer.warning is None


def test_a_shopper_asks_the_personal_recommender(engine: StandInEngine, settings: Settings) -> None:
    answer = recommendations(settings).for_shopper("1870", 3)
    assert engine.asked == [{"recommenderArn": FOR_YOU_ARN, "userId": "1870", "numResults": 3}]
    assert answer.recipe == FOR_YOU
    assert answer.product_ids == ("p39", "p38", "p37")


def test_a_category_is_filtered_by_the_engine_where_it_has_the_filter(
    engine: StandInEngine, settings: Settings
) -> None:
    filtering = settings.model_copy(update={"category_filter_arn": "arn:aws:personalize:f"})
    recommendations(filtering).trending(COLD, 3, "books")
    assert engine.asked[0]["filterArn"] == "arn:aws:personalize:f"
    assert engine.asked[0]["filterValues"] == {"CATEGORY": '"books"'}
    assert engine.asked[0]["numResults"] == 3


def test_an_error_of_the_engine_is_a_warning_that_names_it(
    engine: StandInEngine, settings: Settings
) -> None:
    engine.fails_with = "ResourceNotFoundException"
    answer = recommendations(settings).trending(COLD, 3)
    assert answer.product_ids == ()
    assert answer.warning == "The recommendation engine answered ResourceNotFoundException."


def test_an_engine_that_is_down_is_a_warning(settings: Settings) -> None:
    down = settings.model_copy(update={"endpoint_url": "http://127.0.0.1:9"})
    answer = recommendations(down).trending(COLD, 3)
    assert answer.warning == "The recommendation engine does not answer."


def test_a_shop_without_recommenders_says_so(settings: Settings) -> None:
    config = msgspec.structs.replace(settings.config(), popular_by_views_arn=None)
    answer = Recommendations(settings, lambda: config).trending(COLD, 3)
    assert answer.warning == "The shop is not connected to a recommender yet."
