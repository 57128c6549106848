"""The files of a store: three CSV files for Personalize, two JSON files for the shop."""

from pathlib import Path

import msgspec
import polars as pl

from allstore.simulator.store import Store


def write(store: Store, folder: Path) -> None:
    """Writes `items`, `users` and `interactions.csv`, `products` and `shoppers.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    items(store).write_csv(folder / "items.csv")
    users(store).write_csv(folder / "users.csv")
    store.interactions.write_csv(folder / "interactions.csv")
    (folder / "products.json").write_bytes(msgspec.json.encode(store.products))
    (folder / "shoppers.json").write_bytes(msgspec.json.encode(store.shoppers))


def items(store: Store) -> pl.DataFrame:
    """The items dataset: `GENDER` is `Any` for a product that suits everyone."""
    products = store.products
    return pl.DataFrame(
        {
            "ITEM_ID": [product.id for product in products],
            "PRICE": [product.price for product in products],
            "CATEGORY_L1": [product.category for product in products],
            "CATEGORY_L2": [product.style for product in products],
            "PRODUCT_DESCRIPTION": [product.description for product in products],
            "GENDER": [product.gender_affinity or "Any" for product in products],
            "PROMOTED": ["Y" if product.promoted else "N" for product in products],
        },
    )


def users(store: Store) -> pl.DataFrame:
    shoppers = store.shoppers
    return pl.DataFrame(
        {
            "USER_ID": [shopper.id for shopper in shoppers],
            "AGE": [shopper.age for shopper in shoppers],
            "GENDER": [shopper.gender for shopper in shoppers],
        },
    )
