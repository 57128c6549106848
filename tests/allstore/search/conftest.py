"""A search of the generated catalogue."""

import pytest

from allstore.catalog.generator import generate_products
from allstore.catalog.models import Product
from allstore.search.search import Search


@pytest.fixture(scope="session")
def products() -> dict[str, Product]:
    return {product.id: product for product in generate_products(2465, end=1_790_000_000)}


@pytest.fixture(scope="session")
def search(products: dict[str, Product]) -> Search:
    return Search(products.values, lambda: 0)
