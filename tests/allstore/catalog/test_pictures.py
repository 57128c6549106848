"""The drawn pictures."""

import re
from xml.etree import ElementTree as ET

import msgspec
import pytest

from allstore.catalog.generator import generate_products
from allstore.catalog.models import Product
from allstore.catalog.pictures import glyphs, picture
from allstore.catalog.taxonomy import STYLES

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def products() -> list[Product]:
    return generate_products(600, end=1_790_000_000)


def test_every_style_has_a_drawing_of_its_own() -> None:
    assert set(glyphs()) == set(STYLES)
    assert len({drawing.template for drawing in glyphs().values()}) == len(STYLES)


def test_pictures_are_svg_documents(products: list[Product]) -> None:
    for product in products:
        root = ET.fromstring(picture(product))  # noqa: S314
        assert root.tag == f"{SVG}svg"
        assert root.get("viewBox") == "0 0 400 400"


def test_pictures_differ_between_products(products: list[Product]) -> None:
    drawings = {re.sub("<title>.*</title>", "", picture(product)) for product in products}
    assert len(drawings) == len(products)


def test_pictures_refer_to_nothing_outside(products: list[Product]) -> None:
    for product in products:
        root = ET.fromstring(picture(product))  # noqa: S314
        for element in root.iter():
            assert element.tag not in {f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject"}
            assert not any("href" in name or name.startswith("on") for name in element.attrib)
        links = re.findall(r"url\((.*?)\)", picture(product))
        assert all(link.startswith("#") for link in links)
        assert "$" not in picture(product)


def test_a_name_is_escaped(products: list[Product]) -> None:
    name = "<script>alert(1)</script> & co"
    root = ET.fromstring(picture(msgspec.structs.replace(products[0], name=name)))  # noqa: S314
    assert root.findtext(f"{SVG}title") == name
    assert "<script" not in picture(msgspec.structs.replace(products[0], name=name))


def test_a_picture_is_the_same_each_time(products: list[Product]) -> None:
    assert picture(products[0]) == picture(products[0])


@pytest.mark.parametrize(
    ("category", "style", "initial"),
    [("garden", "rake", "G"), ("", "rake", "R"), ("4x4", "élan", "É"), ("<&>", "$A", "")],
)
def test_a_style_from_elsewhere_is_drawn_with_an_initial(
    category: str, style: str, initial: str
) -> None:
    foreign = Product("B00-1", "?", category, style, "", 1.0)
    root = ET.fromstring(picture(foreign))  # noqa: S314
    assert root.findtext(f".//{SVG}text", "") == initial


def test_initials_are_not_mirrored() -> None:
    for number in range(40):
        foreign = Product(f"B00-{number}", "Rake", "garden", "rake", "", 1.0)
        assert "scale(-" not in picture(foreign)


def test_pictures_of_styles_from_elsewhere_differ_between_products() -> None:
    foreign = [Product(f"B00-{number}", "Rake", "garden", "rake", "", 1.0) for number in range(200)]
    assert len({picture(product) for product in foreign}) == len(foreign)
