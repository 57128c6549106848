from hypothesis import given
from hypothesis import strategies as st

from aisle.recipes.encounters import NEVER, Encounters
from tests.recipes.sample import of_events

MEETINGS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from(["i0", "i1"]), st.integers(0, 20)),
    max_size=12,
)


@given(before=MEETINGS, since=MEETINGS, kind=st.sampled_from([None, "View"]))
def test_an_encounter_tells_of_the_latest_one_before(
    before: list[tuple[str, str, int]], since: list[tuple[str, str, int]], kind: str | None
) -> None:
    trained = of_events(
        [
            *(("z", item, 0, "Other") for item in ("i0", "i1")),
            *((user, item, time, "View") for user, item, time in before),
            *((user, item, 30, "Purchase") for user, item, _ in before[:1]),
        ]
    )
    latest = {(user, item): 0.0 for user, item in (("z", "i0"), ("z", "i1")) if kind is None}
    for user, item, time in before:
        latest[user, item] = max(latest.get((user, item), NEVER), time)
    for user, item, _ in before[:1]:
        if kind is None:
            latest[user, item] = 30
    encounters = Encounters(trained, kind)
    for user, item, time in since:
        assert encounters.meet(user, trained.items.find(item), time) == latest.get(
            (user, item), NEVER
        )
        latest[user, item] = max(latest.get((user, item), NEVER), time)


def test_the_oldest_encounters_are_forgotten_first() -> None:
    encounters = Encounters(of_events([("a", "i0", 0, "View")]), most=3)
    for number in range(9):
        encounters.meet(f"u{number}", 0, float(number))
    assert encounters.meet("u8", 0, 10.0) == 8
    assert encounters.meet("u2", 0, 10.0) == NEVER
    assert encounters.meet("a", 0, 10.0) == 0
