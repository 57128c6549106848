"""Models whose lists are known, so that every number is."""

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.evaluation.protocols import Protocol, ProtocolName
from aisle.offline import Contender, Evaluation, Fitted, contenders, evaluate
from aisle.recipes.base import Progress, Query, TrainingData

USERS, ITEMS = 40, 12
PROTOCOL = Protocol(name=ProtocolName.LEAVE_ONE_OUT)


def wheel() -> TrainingData:
    """Everybody goes round the items, from one's own start, and stops after six."""
    rows = [
        (f"u{user:02}", f"i{(user + step) % ITEMS:02}", step * 100 + user)
        for user in range(USERS)
        for step in range(6)
    ]
    frame = pl.DataFrame(rows, schema=["USER_ID", "ITEM_ID", "TIMESTAMP"], orient="row")
    return TrainingData(Interactions.from_frame(frame))


def follower(name: str, behind: int, *, extra: bool = False) -> Contender:
    """Puts the next item of the wheel behind so many others; it may know an item of its own, which
    shifts its codes and comes first.
    """

    def fit(data: TrainingData, seed: int, progress: Progress) -> Fitted:
        del seed, progress
        items = IdIndex.of([*data.interactions.items, *(["another"] if extra else [])])
        shift = int(extra)

        def score(query: Query) -> NDArray[np.floating]:
            following = (query.history[-1] - shift + 1) % ITEMS
            scores = np.zeros(len(items))
            for place in range(ITEMS):
                scores[shift + (following + place) % ITEMS] = float(ITEMS - place)
            scores[shift + following] = ITEMS - behind - 0.5
            scores[:shift] = ITEMS + 1.0
            scores[query.history] = 0.0
            return scores

        return Fitted(score, items, "a note")

    return Contender(name, fit)


def refusing(data: TrainingData, seed: int, progress: Progress) -> Fitted:
    del data, seed, progress
    raise ValueError("too few")


@pytest.fixture(scope="module")
def found() -> Evaluation:
    models = (
        *contenders(("popularity", "random")),
        follower("knowing", 0),
        follower("another's first", 0, extra=True),
        Contender("refusing", refusing),
    )
    return evaluate(wheel(), PROTOCOL, models, dataset="wheel", cutoffs=(5, 1), resamples=100)


def test_one_who_knows_has_everything_right(found: Evaluation) -> None:
    for metric in ("hit_rate", "ndcg", "mrr", "recall", "map"):
        assert found.value("knowing", f"{metric}@1") == found.value("knowing", f"{metric}@5") == 1
    assert found.value("knowing", "precision@5") == pytest.approx(0.2)
    assert found.value("knowing", "coverage@1") == 1.0


def test_an_item_that_only_the_model_knows_takes_a_place_and_is_a_miss(found: Evaluation) -> None:
    assert found.value("another's first", "hit_rate@1") == 0.0
    assert found.value("another's first", "mrr@5") == 0.5
    assert found.value("another's first", "coverage@1") == 0.0


def test_an_item_outside_of_a_core_takes_no_place() -> None:
    protocol = Protocol(name=ProtocolName.LEAVE_ONE_OUT, core=2)
    models = (follower("another's first", 0, extra=True),)
    found = evaluate(wheel(), protocol, models, cutoffs=(1,), resamples=2)
    assert found.value("another's first", "hit_rate@1") == 1.0


def test_rows_say_how_they_came_about(found: Evaluation) -> None:
    row = next(one for one in found.rows if one.model == "knowing")
    assert (row.section, row.dataset, row.note, row.seed) == ("leave-one-out", "wheel", "a note", 0)
    assert row.low is not None
    assert row.high is not None
    assert row.low <= row.value <= row.high


def test_a_metric_that_few_lists_have_has_an_interval() -> None:
    """One of four lists has a single item, and some resamples have no list but that."""
    rows = [
        (f"u{user}", f"i{item}", time)
        for user, had in enumerate(([0, 1, 2, 3], [0, 1], [1, 0], [2, 3, 1]))
        for time, item in enumerate(had)
    ]
    frame = pl.DataFrame(rows, schema=["USER_ID", "ITEM_ID", "TIMESTAMP"], orient="row")
    data = TrainingData(Interactions.from_frame(frame))
    found = evaluate(data, PROTOCOL, contenders(("popularity",)))
    (row,) = [one for one in found.rows if one.metric == "diversity@10"]
    assert row.low is not None
    assert row.high is not None
    assert row.low <= row.value <= row.high


def test_a_model_that_refuses_is_told_of_and_the_others_go_on(found: Evaluation) -> None:
    assert [(one.model, one.reason) for one in found.refusals] == [("refusing", "too few")]
    assert found.models == ("popularity", "random", "knowing", "another's first")


def test_more_items_than_ease_can_hold_are_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aisle.offline.baselines.EASE_ITEMS", ITEMS - 1)
    found = evaluate(wheel(), PROTOCOL, contenders(("ease", "popularity")), resamples=2)
    (refusal,) = found.refusals
    assert refusal.model == "ease"
    assert refusal.reason.endswith("there are 12 items, and it takes 11 at most.")
    assert found.models == ("popularity",)


def test_models_are_held_against_the_best_baseline(found: Evaluation) -> None:
    best = max(("popularity", "random"), key=lambda name: found.value(name, "ndcg@1"))
    for one in found.differences:
        assert one.model in {"knowing", "another's first"}
        assert one.baseline == best
        assert one.value == pytest.approx(
            found.value(one.model, one.metric) - found.value(best, one.metric), abs=2e-6
        )
        assert one.low <= one.value <= one.high


def test_parts_add_up_to_the_whole(found: Evaluation) -> None:
    for by in ("history", "popularity"):
        parts = [one for one in found.parts if one.model == "knowing" and one.by == by]
        assert sum(one.count for one in parts) == found.setup.lists == USERS
        assert {one.ndcg for one in parts} == {1.0}


def test_the_setup_says_what_the_numbers_rest_on(found: Evaluation) -> None:
    setup = found.setup
    assert (setup.users, setup.items, setup.interactions) == (USERS, ITEMS, USERS * 6)
    assert (setup.learnt_from, setup.asked, setup.cutoffs) == (USERS * 5, USERS, (1, 5))
    assert setup.protocol == PROTOCOL.resolved()
    assert setup.diverse_by == "co-occurrence"


def test_the_published_ndcg_stands_beside_the_standard_one_where_it_was_published() -> None:
    protocol = Protocol(name=ProtocolName.PERCENT_HOLDOUT)
    found = evaluate(wheel(), protocol, (follower("second", 1),), resamples=10)
    assert found.value("second", "ndcg@10") == pytest.approx(1 / np.log2(3), abs=1e-6)
    assert found.value("second", "ndcg_published@10") == 1.0


def test_the_same_seed_gives_the_same_numbers() -> None:
    def numbers(seed: int) -> list[float | None]:
        models = contenders(("random",))
        rows = evaluate(wheel(), PROTOCOL, models, seed=seed, resamples=20, most_users=20).rows
        return [value for row in rows for value in (row.value, row.low, row.high)]

    assert numbers(4) == numbers(4) != numbers(5)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("magic", "No model is called magic. There are: random, popularity"),
        ("aws-next-best-action", "learns from ACTION_INTERACTIONS, which the data do not have"),
        ("aws-item-affinity", "finds users for an item"),
    ],
)
def test_a_model_that_cannot_take_part_is_refused(name: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        contenders((name,))
