import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aisle.recipes.base import Config, TrainingData
from aisle.recipes.related.baskets import BasketsRecipe
from tests.recipes.sample import of_events, quiet

RECIPE = BasketsRecipe(name="together", description="")
HOUR = 3600


def together(purchases: dict[str, list[tuple[int, int]]]) -> dict[str, dict[str, float]]:
    """Neighbours by id, of (item, hours) of each user."""
    data = of_events(
        [
            (user, f"i{item}", hours * HOUR, "Purchase")
            for user, bought in purchases.items()
            for item, hours in bought
        ]
    )
    model = RECIPE.fit(TrainingData(data), Config(), quiet)
    ids = list(data.items)
    found = {}
    for row, name in enumerate(ids):
        codes, values = model.neighbours.of(row)
        found[name] = {ids[code]: float(value) for code, value in zip(codes, values, strict=True)}
    return found


VISITS = st.lists(
    st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=5), min_size=1, max_size=3),
    min_size=1,
    max_size=6,
)


@settings(deadline=None, max_examples=50)
@given(VISITS)
def test_strength_is_the_shrunk_count_of_baskets_over_popularity(
    visits: list[list[list[int]]],
) -> None:
    always: list[list[list[int]]] = [[[6, 7]] for _ in range(3)]
    baskets = [{f"i{item}" for item in basket} for days in visits + always for basket in days]
    found = together(
        {
            f"u{user}": [(item, 10 * day) for day, basket in enumerate(days) for item in basket]
            for user, days in enumerate(visits + always)
        }
    )
    for one, neighbours in found.items():
        expected = {}
        for other in set(found) - {one}:
            shared = sum(one in basket and other in basket for basket in baskets)
            sizes = [sum(name in basket for basket in baskets) for name in (one, other)]
            if shared:
                expected[other] = shared**2 / (shared + 10) / (sizes[0] * sizes[1]) ** 0.25
        assert neighbours == pytest.approx(expected, rel=1e-5)


def test_another_day_is_another_basket() -> None:
    found = together({f"u{user}": [(1, 0), (2, 0), (3, 48), (4, 48)] for user in range(5)})
    assert set(found["i1"]) == {"i2"}
    assert set(found["i3"]) == {"i4"}


def test_where_nobody_buys_two_things_at_once_all_of_a_user_is_a_basket() -> None:
    found = together({f"u{user}": [(1, 0), (2, 48)] for user in range(5)})
    assert set(found["i1"]) == {"i2"}


def test_what_goes_with_an_item_comes_before_what_goes_with_everything() -> None:
    pairs = {f"u{user}": [(0, 0), (1 + user % 4, 0), (11 + user % 4, 0)] for user in range(40)}
    others = {f"v{user}": [(0, 0), (60 + user % 5, 0)] for user in range(400)}
    neighbours = together(pairs | others)["i1"]
    assert max(neighbours, key=lambda name: neighbours[name]) == "i11"
