"""The catalogue that the grammar makes."""

import pytest

from allstore.catalog.generator import bullets, generate_products
from allstore.catalog.grammar import MADE
from allstore.catalog.models import Product
from allstore.catalog.taxonomy import CATEGORIES, PERSONA_WEIGHTS, PERSONAS, STYLES, styles_of

END = 1_790_000_000
LONGEST_TEXT = 300


@pytest.fixture(scope="module")
def products() -> list[Product]:
    return generate_products(2465, end=END)


def test_the_taxonomy_has_20_categories_84_styles_and_16_personas() -> None:
    assert (len(CATEGORIES), len(STYLES), len(set(PERSONAS))) == (20, 84, 16)
    assert all(styles_of(category) for category in CATEGORIES)
    assert {style.category for style in STYLES.values()} == set(CATEGORIES)


def test_a_persona_is_three_categories() -> None:
    for persona in PERSONAS:
        names = persona.split("_")
        assert len(set(names)) == len(PERSONA_WEIGHTS)
        assert set(names) <= set(CATEGORIES)


def test_complements_are_styles() -> None:
    for style in STYLES.values():
        assert style.complements
        assert set(style.complements) <= set(STYLES) - {style.id}


def test_every_style_is_stocked(products: list[Product]) -> None:
    assert len(products) == 2465
    assert {product.style for product in products} == set(STYLES)
    assert all(STYLES[product.style].category == product.category for product in products)


def test_ids_and_names_are_distinct(products: list[Product]) -> None:
    assert len({product.id for product in products}) == len(products)
    assert len({product.name for product in products}) == len(products)


@pytest.mark.parametrize("count", [20_000, pytest.param(200_000, marks=pytest.mark.slow)])
def test_ids_and_names_stay_distinct_when_the_makers_run_out(count: int) -> None:
    many = generate_products(count, end=END)
    assert len({product.name for product in many}) == count
    assert len({product.id for product in many}) == count


def test_prices_lie_in_the_range_of_their_style(products: list[Product]) -> None:
    for product in products:
        style = STYLES[product.style]
        assert product.price is not None
        assert style.low <= product.price <= style.high + 1
        assert round(product.price, 2) == product.price


def test_only_some_categories_have_gender_affinity(products: list[Product]) -> None:
    gendered = {product.category for product in products if product.gender_affinity}
    assert gendered == {
        name for name, category in CATEGORIES.items() if category.has_gender_affinity
    }
    assert {product.gender_affinity for product in products} == {"M", "F", None}


def test_descriptions_are_one_or_two_sentences(products: list[Product]) -> None:
    for product in products:
        assert product.description.endswith(".")
        assert product.description.count(". ") <= 1
        assert "{" not in product.description
        assert len(product.description) < LONGEST_TEXT


def test_bullets_are_the_same_each_time(products: list[Product]) -> None:
    assert len(set(bullets(products[0]))) == 4
    assert bullets(products[0]) == bullets(products[0])


def test_the_same_seed_gives_the_same_products(products: list[Product]) -> None:
    assert generate_products(2465, end=END) == products
    assert generate_products(2465, seed=1, end=END) != products


def test_some_products_are_cold_and_some_sold_out(products: list[Product]) -> None:
    assert 10 < sum(product.launched_at == END for product in products) < 100
    assert all(product.launched_at <= END for product in products)
    assert any(product.current_stock == 0 for product in products)
    assert any(product.promoted for product in products)
    assert any(product.featured for product in products)


def test_fewer_products_than_styles_is_a_store_too() -> None:
    assert len(generate_products(5, end=END)) == 5


def test_every_way_of_making_is_of_a_style_and_is_used_for_it() -> None:
    assert set(MADE) <= set(STYLES)
    for product in generate_products(2465, seed=3, end=END):
        if product.style in MADE:
            assert any(made in product.description.lower() for made in MADE[product.style])
