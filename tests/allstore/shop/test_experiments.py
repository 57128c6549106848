"""Exposures and outcomes on both databases, and what the counts say of them."""

import random
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from allstore.experiments.configuration import Action, Experiment, Kind, Unit, Variation
from allstore.experiments.results import ab_result, bandit_result, interleaving_result
from allstore.shop.database import exposures
from allstore.shop.events import EventType, Source, Touch
from allstore.shop.experiment_counts import cumulative, read_days, read_duels, read_outcomes
from allstore.shop.experiments import Experiments, Participation, read_tallies
from allstore.shop.visitor import Visitor
from tests.allstore.shop.conftest import Clock

TASTE, CROWD = Variation("taste", "for-you"), Variation("crowd", "trending")
AB = Experiment("home-ab", "home", Kind.AB, (TASTE, CROWD))
DUEL = Experiment("home-duel", "home", Kind.INTERLEAVING, (TASTE, CROWD))
BANDIT = Experiment("home-bandit", "home", Kind.BANDIT, (TASTE, CROWD))
ANN = Visitor("ann", "1870")
DAY = 24 * 3600


@pytest.fixture
def opened(database: sa.Engine, clock: Clock) -> Callable[..., Experiments]:
    return lambda *experiments: Experiments(database, experiments, clock)


def joined(experiments: Experiments, visitor: Visitor = ANN) -> Participation:
    found = experiments.participation("home", visitor)
    assert found
    return found


def of(variation: str | None, *products: str) -> dict[str, str]:
    return dict.fromkeys(products, str(variation))


def picked(product: str, recommendation_id: str | None = None) -> Touch:
    """A touch in the home page's list."""
    return Touch(product, recommendation_id, Source.HOME)


def from_answer(recommendation_id: str) -> dict[str, str]:
    """A list that came in one answer of the engine."""
    return dict.fromkeys(("apple", "book", "chair"), recommendation_id)


Opened = Callable[..., Experiments]


def test_a_click_on_a_shown_product_converts_its_participant_once(
    database: sa.Engine, opened: Opened
) -> None:
    experiments = opened(AB)
    ann = joined(experiments)
    assert ann.variation
    experiments.shown(
        ann, Source.HOME, of(ann.variation.name, "apple", "book"), from_answer("RID-1")
    )
    experiments.shown(
        ann, Source.HOME, of(ann.variation.name, "apple", "chair"), from_answer("RID-2")
    )
    for _ in range(2):
        experiments.record(ANN, EventType.VIEW, [picked("book", "RID-1"), picked("apple", "RID-2")])
    expected = {"taste": [(1, 1), (0, 0)], "crowd": [(0, 0), (1, 1)]}[ann.variation.name]
    assert read_tallies(database, AB) == expected
    assert read_outcomes(database, AB) == {(ann.variation.name, "click"): 1}


def test_what_is_owed_to_a_list_is_what_was_picked_from_it(
    database: sa.Engine, opened: Opened
) -> None:
    cases = [
        (EventType.VIEW, picked("book", "RID-1"), True),
        (EventType.VIEW, picked("book", "RID-9"), False),
        (EventType.VIEW, picked("book"), False),
        (EventType.VIEW, picked("chair", "RID-1"), False),
        (EventType.VIEW, Touch("book", "RID-1", Source.RECENT), False),
        (EventType.VIEW, Touch("book", "RID-1"), False),
        (EventType.ADD_TO_CART, Touch("book"), True),
        (EventType.ADD_TO_CART, picked("book", "RID-9"), False),
        (EventType.PURCHASE, picked("book", "RID-1"), True),
        (EventType.VIEW_CART, picked("book", "RID-1"), False),
    ]
    experiments = opened(AB)
    for number, (event, touch, _) in enumerate(cases):
        visitor = Visitor(f"visit-{number}")
        items = of(f"of-{number}", "apple", "book")
        experiments.shown(joined(experiments, visitor), Source.HOME, items, from_answer("RID-1"))
        experiments.record(visitor, event, [touch])
    owed = {variation for variation, _ in read_outcomes(database, AB)}
    assert owed == {f"of-{number}" for number, (_, _, counts) in enumerate(cases) if counts}


def test_a_click_in_another_list_is_not_owed_to_one_of_the_shops_own(
    database: sa.Engine, opened: Opened
) -> None:
    recent, typed = Touch("book", None, Source.RECENT), Touch("book")
    experiments = opened(AB)
    for name, touch in {"home": picked("book"), "recent": recent, "typed": typed}.items():
        part = joined(experiments, Visitor(name))
        experiments.shown(part, Source.HOME, of(f"of-{name}", "apple", "book"), {})
        experiments.record(Visitor(name), EventType.VIEW, [touch])
    assert read_outcomes(database, AB) == {("of-home", "click"): 1}


def test_of_a_list_put_together_each_product_has_its_own_recommendation_or_none(
    database: sa.Engine, opened: Opened
) -> None:
    owed = {"book": None, "apple": "RID-1"}
    not_owed = {"book": "RID-1", "apple": None, "chair": "RID-1"}
    items = {"apple": "taste", "book": "crowd", "chair": "crowd"}
    experiments = opened(DUEL)
    for name, answers in (("owed", owed), ("not", not_owed)):
        part = joined(experiments, Visitor(name))
        experiments.shown(part, Source.HOME, items, {"apple": "RID-1", "chair": "RID-2"})
        touches = [picked(*each) for each in answers.items()]
        experiments.record(Visitor(name), EventType.VIEW, touches)
    assert read_outcomes(database, DUEL) == {("crowd", "click"): 1, ("taste", "click"): 1}


def test_a_list_that_an_older_shop_kept_without_its_source_is_owed_nothing(
    database: sa.Engine, opened: Opened
) -> None:
    experiments = opened(AB)
    experiments.shown(joined(experiments), Source.HOME, of("taste", "book"), {})
    with database.begin() as connection:
        connection.execute(sa.update(exposures).values(source=None))
    experiments.record(ANN, EventType.ADD_TO_CART, [picked("book")])
    assert read_outcomes(database, AB) == {}


def test_after_its_window_a_list_is_owed_nothing(
    database: sa.Engine, opened: Opened, clock: Clock
) -> None:
    experiments = opened(AB)
    experiments.shown(joined(experiments), Source.HOME, of("taste", "book"), from_answer("RID-1"))
    clock.seconds += AB.window_minutes * 60 + 1
    experiments.record(ANN, EventType.VIEW, [picked("book", "RID-1")])
    assert read_outcomes(database, AB) == {}


def test_only_the_metric_converts(database: sa.Engine, opened: Opened) -> None:
    bought = Experiment("sales", "home", Kind.AB, (TASTE, CROWD), metric=Action.PURCHASE)
    experiments = opened(bought)
    experiments.shown(joined(experiments), Source.HOME, of("taste", "book"), from_answer("RID-1"))
    experiments.record(ANN, EventType.VIEW, [picked("book", "RID-1")])
    assert sum(won for _, won in read_tallies(database, bought)) == 0
    experiments.record(ANN, EventType.PURCHASE, [picked("book", "RID-1")])
    assert sum(won for _, won in read_tallies(database, bought)) == 1


def test_shoppers_take_part_by_themselves_and_strangers_do_not(opened: Opened) -> None:
    experiments = opened(Experiment("people", "home", Kind.AB, (TASTE, CROWD), unit=Unit.SHOPPER))
    assert experiments.participation("home", Visitor("anyone")) is None
    first = joined(experiments, Visitor("visit-1", "1870"))
    assert joined(experiments, Visitor("visit-2", "1870")) == first


def test_a_list_without_a_running_experiment_is_as_ever(opened: Opened) -> None:
    stopped = Experiment("old", "home", Kind.AB, (TASTE, CROWD), running=False)
    assert opened(stopped).participation("home", ANN) is None
    assert opened(AB).participation("search", ANN) is None


def test_a_days_participants_are_counted_on_the_day_they_came(
    database: sa.Engine, opened: Opened, clock: Clock
) -> None:
    experiments = opened(AB)
    for number in range(40):
        visitor = Visitor(f"visit-{number}")
        part = joined(experiments, visitor)
        assert part.variation
        experiments.shown(part, Source.HOME, of(part.variation.name, "book"), from_answer("RID-1"))
        if number % 4 == 0:
            experiments.record(visitor, EventType.VIEW, [picked("book", "RID-1")])
        clock.seconds += DAY / 20
    days = read_days(database, AB)
    assert [sum(day.participants) for day in days] == [9, 20, 11]
    assert sum(cumulative(days)[-1].conversions) == 10
    assert cumulative(days)[-1].participants == tuple(n for n, _ in read_tallies(database, AB))


def test_an_interleaved_visit_is_won_by_the_list_that_more_was_clicked_of(
    database: sa.Engine, opened: Opened, clock: Clock
) -> None:
    experiments = opened(DUEL)
    items = {"apple": "taste", "book": "crowd", "chair": "taste"}
    clicked = {
        "a": ["apple", "book", "chair"],
        "b": ["apple", "book"],
        "c": ["book"],
        "d": [],
        "e": ["chair"],
    }
    for name, products in clicked.items():
        experiments.shown(
            joined(experiments, Visitor(name)), Source.HOME, items, from_answer("RID-2")
        )
        touches = [picked(product, "RID-2") for product in products]
        experiments.record(Visitor(name), EventType.VIEW, touches)
    duels, days = read_duels(database, DUEL, clock())
    assert (duels.wins, duels.ties, duels.running) == ((0, 0), 0, 5)
    assert days == []
    clock.seconds += DUEL.window_minutes * 60 + 1
    duels, days = read_duels(database, DUEL, clock())
    assert (duels.wins, duels.ties, duels.running) == ((2, 1), 2, 0)
    assert [day.conversions for day in days] == [(2, 1)]


def test_a_bandit_keeps_a_visit_on_its_arm_and_comes_to_play_the_better_one(
    database: sa.Engine, opened: Opened
) -> None:
    experiments, source = opened(BANDIT), random.Random(1)
    rates = {"taste": 0.5, "crowd": 0.05}
    late: list[str] = []
    for number in range(60):
        visitor = Visitor(f"visit-{number}")
        part = joined(experiments, visitor)
        assert part.variation
        arm = part.variation.name
        experiments.shown(part, Source.HOME, of(arm, "book"), from_answer("RID-1"))
        if source.random() < rates[arm]:
            experiments.record(visitor, EventType.VIEW, [picked("book", "RID-1")])
        assert joined(experiments, visitor).variation == part.variation
        late.append(arm)
    assert late[30:].count("taste") > 24
    result = bandit_result(BANDIT, read_tallies(database, BANDIT))
    assert result.verdict.startswith("taste is the best with a probability of")


def test_a_failing_database_does_not_fail_the_page(database: sa.Engine, opened: Opened) -> None:
    experiments = opened(AB)
    part = joined(experiments)
    with database.begin() as connection:
        connection.execute(sa.text("DROP TABLE outcomes"))
        connection.execute(sa.text("DROP TABLE exposures"))
    experiments.shown(part, Source.HOME, of("taste", "book"), from_answer("RID-1"))
    experiments.record(ANN, EventType.VIEW, [picked("book", "RID-1")])


@pytest.mark.parametrize(
    ("tallies", "said"),
    [
        ([(0, 0), (0, 0)], "Nobody has taken part yet."),
        ([(9, 1), (0, 0)], "Only taste has been shown so far"),
        ([(9, 0), (8, 0)], "Nobody has clicked a product of the list yet."),
        ([(500, 30), (510, 32)], "No difference is shown yet, which does not show that"),
        ([(5000, 250), (5100, 450)], "crowd does better than taste: its rate is 1."),
        ([(5000, 450), (5100, 250)], "crowd does worse than taste: its rate is 0."),
        ([(5000, 250), (5600, 450)], "Conclude nothing"),
    ],
)
def test_an_ab_test_says_what_may_be_concluded(tallies: list[tuple[int, int]], said: str) -> None:
    assert ab_result(AB, tallies).verdict.startswith(said)


def test_without_a_control_the_others_are_compared_with_nothing() -> None:
    three = Experiment("three", "home", Kind.AB, (TASTE, CROWD, Variation("d", "for-you")))
    said = "taste has not been shown yet: there is nothing to compare the others with."
    assert ab_result(three, [(0, 0), (3, 1), (2, 0)]).verdict == said


@pytest.mark.parametrize(
    ("wins", "said"),
    [
        ((0, 0), "No participant has decided between the lists yet."),
        ((30, 25), "Neither list is shown to be preferred yet"),
        ((160, 90), "taste is preferred: it won 160 of the 250 participants"),
    ],
)
def test_an_interleaving_says_what_may_be_concluded(wins: tuple[int, int], said: str) -> None:
    assert interleaving_result(DUEL, wins, 7).verdict.startswith(said)


def test_several_variations_share_the_level() -> None:
    third = Variation("arn", "arn:aws:personalize:us-east-1:123456789012:campaign/other")
    tallies = [(5000, 250), (5000, 355)]
    assert ab_result(AB, tallies).comparisons[0].decided
    more = Experiment("three", "home", Kind.AB, (TASTE, CROWD, third, Variation("d", "for-you")))
    found = ab_result(more, [*tallies, (5000, 252), (5000, 251)]).comparisons
    assert found[0].p_value == ab_result(AB, tallies).comparisons[0].p_value
    assert found[0].lift.low < ab_result(AB, tallies).comparisons[0].lift.low
