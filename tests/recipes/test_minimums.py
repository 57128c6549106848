import pytest

from aisle.recipes.minimums import learnt_from
from tests.recipes.sample import of_sequences


def test_only_events_of_the_type_are_learnt_from_in_any_case() -> None:
    data = of_sequences([[0] * 40] * 25, event_type="VIEW")
    assert len(learnt_from(data, "View")) == 1000


def test_too_few_of_a_type_are_refused_in_the_services_words() -> None:
    data = of_sequences([[0] * 40] * 30, event_type="View")
    with pytest.raises(
        ValueError,
        match=r"^Dataset has fewer than 1000 interactions after "
        r"filtering by event type: Purchase$",
    ):
        learnt_from(data, "Purchase")


def test_too_few_interactions_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^Dataset has fewer than 1000 interactions$"):
        learnt_from(of_sequences([[0] * 9] * 111), None)


def test_too_few_users_with_two_interactions_are_refused() -> None:
    data = of_sequences([[0] * 40] * 24 + [[0]] * 40)
    with pytest.raises(
        ValueError,
        match=r"^Create failed. Dataset has fewer than 25 users with at "
        r"least 2 interactions each.$",
    ):
        learnt_from(data, None)
