import pytest

from allstore.catalog.likeness import drawn_as
from allstore.catalog.models import Product


@pytest.mark.parametrize(
    ("title", "style", "categories", "drawn"),
    [
        ("TETON Explorer Internal Frame Backpack", "", (), "backpack"),
        ("Running Shoes, Blue", "", (), "sneaker"),
        ("Watches for Divers with a Tent", "", (), "watch"),
        ("Morakniv Companion", "Knife", ("Weaponry", "Knife"), "kitchenknife"),
        ("Thing", "", ("Camping", "Tents"), "tent"),
        ("Thing", "boot", (), "boot"),
        ("Gizmo", "Flange", ("Widgets",), "Flange"),
    ],
)
def test_a_product_is_drawn_as_the_thing_that_its_words_name(
    title: str, style: str, categories: tuple[str, ...], drawn: str
) -> None:
    product = Product("1", title, "c", style, "", None, categories=categories)
    assert drawn_as(product) == drawn
