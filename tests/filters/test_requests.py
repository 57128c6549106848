"""Filters at work in answers, through boto3."""

import json
from itertools import count
from typing import Any, NamedTuple

import pytest

from datasets import dataset as made
from datasets import field, import_table
from journey import active, deploy, event, group_with_dataset, import_rows, item_ids, train
from running import Server
from sample import ITEMS_EACH, TASTES, item, write_interactions

ITEMS = (
    field("ITEM_ID", null=False),
    field("GENRES", categorical=True),
    field("PRICE", "float", null=False),
)
USERS = (field("USER_ID", null=False), field("AGE", "int", null=False))
VIEWER = "user-0001"
"""Is 21 years old; the users are from 20 to 29."""
PURCHASED = 'EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("Purchase")'


_numbers = count()


class Stage(NamedTuple):
    """Campaigns over one group of data."""

    server: Server
    group: str
    tracker: str
    items: str
    popular: str
    ranking: str
    related: str

    def filter(self, expression: str) -> str:
        name = f"filter-{next(_numbers)}"
        arn = self.server.personalize.create_filter(
            name=name, datasetGroupArn=self.group, filterExpression=expression
        )["filterArn"]
        return active(self.server.personalize, "filter", arn)

    def recommended(self, **request: Any) -> list[str]:
        request = {"campaignArn": self.popular, "userId": VIEWER, "numResults": 500, **request}
        return item_ids(self.server.runtime.get_recommendations(**request))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, shared_server: Server) -> Stage:
    """Items cost 0 to 14 by their number; the last of each genre has no genre in the catalogue,
    and the first is in none of its rows.
    """
    folder = tmp_path_factory.mktemp("requests")
    (folder / "in").mkdir()
    server = shared_server
    personalize = server.personalize
    group, dataset = group_with_dataset(personalize, "filtered")
    import_rows(personalize, dataset, write_interactions(folder / "in" / "events.csv").as_uri())
    goods = [
        (item(taste, n), f"{taste}|any" if n < ITEMS_EACH - 1 else "", float(n))
        for taste in TASTES
        for n in range(1, ITEMS_EACH)
    ]
    items = made(personalize, group, "ITEMS", ITEMS)
    import_table(personalize, items, folder / "in", [("ITEM_ID", "GENRES", "PRICE"), *goods])
    ages = [(f"user-{n:04d}", 20 + n % 10) for n in range(200)]
    users = made(personalize, group, "USERS", USERS)
    import_table(personalize, users, folder / "in", [("USER_ID", "AGE"), *ages])
    tracker = personalize.create_event_tracker(name="events", datasetGroupArn=group)
    active(personalize, "eventTracker", tracker["eventTrackerArn"])
    recipes = ("aws-popularity-count", "aws-personalized-ranking", "aws-sims")
    campaigns = [deploy(personalize, train(personalize, group, recipe)) for recipe in recipes]
    return Stage(server, group, tracker["trackingId"], items, *campaigns)


def genre(item_id: str) -> str:
    return item_id.split("-", maxsplit=1)[0]


def test_only_what_a_filter_includes_is_recommended(stage: Stage) -> None:
    arn = stage.filter('INCLUDE ItemID WHERE Items.GENRES IN ("drama") AND Items.PRICE < 5')
    assert sorted(stage.recommended(filterArn=arn)) == [item("drama", n) for n in range(1, 5)]


def test_an_exclude_leaves_what_the_catalogue_does_not_know(stage: Stage) -> None:
    arn = stage.filter("EXCLUDE ItemID WHERE Items.PRICE >= 0")
    assert sorted(stage.recommended(filterArn=arn)) == sorted(item(t, 0) for t in TASTES)


def test_values_of_a_request_take_the_place_of_placeholders(stage: Stage) -> None:
    arn = stage.filter(
        "INCLUDE ItemID WHERE Items.GENRES IN ($GENRES) | EXCLUDE ItemID WHERE Items.PRICE > $MOST"
    )
    both = stage.recommended(filterArn=arn, filterValues={"GENRES": '"drama","sport"', "MOST": "2"})
    assert {genre(i) for i in both} == {"drama", "sport"}
    assert len(both) == 4
    one = stage.recommended(filterArn=arn, filterValues={"GENRES": '"drama"'})
    assert sorted(one) == [item("drama", n) for n in range(1, ITEMS_EACH - 1)]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "no value for the parameter GENRES"),
        ({"GENRES": "drama"}, "value of GENRES must be text in quotes"),
        ({"GENRES": '"drama"', "genres": '"x"'}, "no parameter genres"),
        ({"GENRES": '"drama"', "MOST": '"much"'}, "PRICE holds numbers; MOST"),
    ],
)
def test_values_that_do_not_fit_are_refused_by_name(
    stage: Stage, values: dict[str, str], words: str
) -> None:
    arn = stage.filter(
        "INCLUDE ItemID WHERE Items.GENRES IN ($GENRES) | "
        f"EXCLUDE ItemID WHERE Items.PRICE > $MOST AND Items.PRICE > {len(words)}"
    )
    with pytest.raises(stage.server.runtime.exceptions.InvalidInputException, match=words):
        stage.recommended(filterArn=arn, filterValues=values)


def test_if_asks_about_the_current_user(stage: Stage) -> None:
    arn = stage.filter(
        'INCLUDE ItemID WHERE Items.GENRES IN ("drama") IF CurrentUser.AGE < 25 | '
        'INCLUDE ItemID WHERE Items.GENRES IN ("sport") IF CurrentUser.AGE >= 25'
    )
    assert {genre(i) for i in stage.recommended(filterArn=arn)} == {"drama"}
    older = stage.recommended(filterArn=arn, userId="user-0009")
    assert {genre(i) for i in older} == {"sport"}
    unknown = stage.recommended(filterArn=arn, userId="nobody")
    assert {genre(i) for i in unknown} == set(TASTES)


def test_related_items_compare_with_the_current_item(stage: Stage) -> None:
    arn = stage.filter(
        "INCLUDE ItemID WHERE Items.PRICE < CurrentItem.PRICE "
        "AND Items.GENRES IN CurrentItem.GENRES AND Items.GENRES NOT IN ('horror')"
    )
    found = stage.recommended(campaignArn=stage.related, itemId=item("drama", 3), filterArn=arn)
    assert found
    assert set(found) <= {item(t, n) for t in TASTES for n in (1, 2) if t != "horror"}
    with pytest.raises(stage.server.runtime.exceptions.InvalidInputException, match="CurrentItem"):
        stage.recommended(filterArn=arn)


def test_imported_and_streamed_events_count_at_the_next_request(stage: Stage) -> None:
    arn = stage.filter(PURCHASED)
    everything = set(stage.recommended())
    before = set(stage.recommended(filterArn=arn))
    assert before < everything
    bought = min(before)
    stage.server.events.put_events(
        trackingId=stage.tracker,
        sessionId="s",
        userId=VIEWER,
        eventList=[event(bought, "PURCHASE")],
    )
    assert set(stage.recommended(filterArn=arn)) == before - {bought}
    assert set(stage.recommended(filterArn=arn, userId="nobody")) == everything


def test_a_changed_item_counts_at_the_next_request(stage: Stage) -> None:
    arn = stage.filter("INCLUDE ItemID WHERE Items.PRICE > 900")
    assert stage.recommended(filterArn=arn) == []
    changed = item("horror", 2)
    stage.server.events.put_items(
        datasetArn=stage.items,
        items=[
            {"itemId": changed, "properties": json.dumps({"genres": "horror", "price": 1000})},
            {"itemId": item("horror", 0), "properties": json.dumps({"price": 1000})},
        ],
    )
    assert sorted(stage.recommended(filterArn=arn)) == [item("horror", 0), changed]


def test_ranking_leaves_out_what_the_filter_does(stage: Stage) -> None:
    arn = stage.filter(
        'INCLUDE ItemID WHERE Items.GENRES IN ("sport", "drama") | '
        'EXCLUDE ItemID WHERE Items.GENRES IN ("drama")'
    )
    asked = [item("sport", 2), item("drama", 2), "unknown", item("sport", 5)]
    answer = stage.server.runtime.get_personalized_ranking(
        campaignArn=stage.ranking, userId=VIEWER, inputList=asked, filterArn=arn
    )["personalizedRanking"]
    assert {each["itemId"] for each in answer} == {item("sport", 2), item("sport", 5)}
    assert sum(each["score"] for each in answer) == pytest.approx(1)


def test_ranking_puts_an_unknown_item_last_where_only_excludes_stand(stage: Stage) -> None:
    arn = stage.filter('EXCLUDE ItemID WHERE Items.GENRES NOT IN ("sport", "x")')
    excluding = stage.filter('EXCLUDE ItemID WHERE Items.GENRES IN ("drama", "x")')
    asked = [item("sport", 2), item("drama", 2), "unknown"]
    for chosen, left in ((arn, [item("sport", 2)]), (excluding, [item("sport", 2), "unknown"])):
        answer = stage.server.runtime.get_personalized_ranking(
            campaignArn=stage.ranking, userId=VIEWER, inputList=asked, filterArn=chosen
        )["personalizedRanking"]
        assert [each["itemId"] for each in answer] == left


def test_a_filter_of_another_group_is_refused(stage: Stage) -> None:
    personalize = stage.server.personalize
    group, _ = group_with_dataset(personalize, "another")
    arn = personalize.create_filter(
        name="another", datasetGroupArn=group, filterExpression=PURCHASED
    )["filterArn"]
    active(personalize, "filter", arn)
    runtime = stage.server.runtime.exceptions
    with pytest.raises(runtime.InvalidInputException, match="belongs to the dataset group"):
        stage.recommended(filterArn=arn)
    with pytest.raises(runtime.ResourceNotFoundException, match="filter/none"):
        stage.recommended(filterArn=arn.replace("another", "none"))


def test_values_without_a_filter_are_refused(stage: Stage) -> None:
    with pytest.raises(stage.server.runtime.exceptions.InvalidInputException, match="filterArn"):
        stage.recommended(filterValues={"GENRES": '"drama"'})


def test_a_filter_of_users_is_none_of_items(stage: Stage) -> None:
    arn = stage.filter("INCLUDE UserID WHERE Users.AGE > 20")
    with pytest.raises(stage.server.runtime.exceptions.InvalidInputException, match="UserID"):
        stage.recommended(filterArn=arn)
