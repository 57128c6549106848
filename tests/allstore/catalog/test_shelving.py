from hypothesis import given
from hypothesis import strategies as st

from allstore.catalog.shelving import MOST_SHELVES, REST, shelve

NAMES = st.text(st.sampled_from("abcé &_/日"), max_size=3)
PATHS = st.lists(st.lists(NAMES.filter(bool), max_size=4), max_size=60)


@given(PATHS)
def test_every_product_stands_on_one_of_a_few_shelves(paths: list[list[str]]) -> None:
    places = shelve(paths)
    assert len(places) == len(paths)
    categories = {place.category for place in places}
    assert len(categories) <= MOST_SHELVES + 1
    assert len({category.id for category in categories}) == len(categories)
    for place, path in zip(places, paths, strict=True):
        assert place.category.id
        assert "_" not in place.category.id
        assert place.category.name in {*path, REST, "All products"}
        assert place.style in {"", *path}


def test_the_name_that_all_share_is_passed_over() -> None:
    paths = [["Shop", "Camping", "Tents"], ["Shop", "Camping", "Boots"], ["Shop", "Cycling"]]
    places = shelve(paths)
    assert [place.category.name for place in places] == ["Camping", "Camping", "Cycling"]
    assert [place.style for place in places] == ["Tents", "Boots", ""]


def test_where_all_share_one_name_alone_it_is_the_shelf() -> None:
    assert {place.category.name for place in shelve([["Gifts"]] * 3)} == {"Gifts"}
    assert {place.category.name for place in shelve([[], []])} == {"All products"}


def test_of_labels_without_an_order_those_that_cover_most_are_shelves() -> None:
    labels = [[f"one-{number}", "Knife"] for number in range(60)]
    labels += [[f"two-{number}", "Bag"] for number in range(40)]
    names = [place.category.name for place in shelve(labels)]
    assert {"Knife", "Bag"} <= set(names)
    assert names.count("Knife") > 40


def test_names_that_differ_in_signs_alone_have_ids_of_their_own() -> None:
    places = shelve([["A & B"], ["A/B"], ["日本"], ["語"]])
    ids = [place.category.id for place in places]
    assert sorted(ids) == ["a-b", "a-b-2", "category", "category-2"]
