"""What is said of two lists, beside an oracle that looks at one product at a time."""

from hypothesis import given
from hypothesis import strategies as st

from allstore.shop.list_changes import ListChange, Move, compare

LISTS = st.lists(st.sampled_from("abcdefghij"), unique=True)


def fate(before: list[str], after: list[str], product: str) -> str | None:
    """The list that a product belongs in, by looking it up in both."""
    if product not in before:
        return "came_in" if product in after else None
    if product not in after:
        return "dropped_out"
    return {-1: "rose", 0: None, 1: "fell"}[
        (after.index(product) > before.index(product))
        - (after.index(product) < before.index(product))
    ]


@given(LISTS, LISTS)
def test_every_product_is_told_once_with_its_places(before: list[str], after: list[str]) -> None:
    change = compare(before, after)
    for product in "abcdefghij":
        places = (
            before.index(product) + 1 if product in before else None,
            after.index(product) + 1 if product in after else None,
        )
        expected = fate(before, after, product)
        for kind in ("rose", "fell", "came_in", "dropped_out"):
            told = [move for move in getattr(change, kind) if move.product_id == product]
            assert told == ([Move(product, *places)] if kind == expected else [])


@given(LISTS, LISTS)
def test_the_other_way_round_it_is_the_reverse(before: list[str], after: list[str]) -> None:
    there, back = compare(before, after), compare(after, before)
    assert {move.product_id for move in there.rose} == {move.product_id for move in back.fell}
    assert [m.product_id for m in there.came_in] == [m.product_id for m in back.dropped_out]
    assert compare(after, after) == ListChange()
    assert there.nothing == (before == after)


def test_the_furthest_comes_first() -> None:
    change = compare(["a", "b", "c", "d"], ["d", "c", "b", "e"])
    assert change.rose == (Move("d", 4, 1), Move("c", 3, 2))
    assert change.fell == (Move("b", 2, 3),)
    assert change.came_in == (Move("e", None, 4),)
    assert change.dropped_out == (Move("a", 1, None),)
