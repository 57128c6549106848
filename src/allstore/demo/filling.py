"""From what `aisle load` wrote to the shop's own products, categories and shoppers."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from allstore.catalog.models import Category, Product, Shopper
from allstore.catalog.shelving import REST, Place, shelve
from allstore.simulator.names import LAST, MEN, WOMEN

_DEAREST = 20_000_000.0
"""A price above is taken for a mistake."""
_BY_INTEREST = 12
"""Shoppers offered for each category, the most active ones."""
_MOST_CURATED = 12
_FEWEST_EVENTS = 3
"""Of somebody whose interest is to be known."""


class FillError(Exception):
    """Files that the shop cannot be filled from; the message is for whoever named them."""


class Listed(msgspec.Struct, frozen=True):
    """A product as `aisle load` lists it."""

    id: str
    name: str
    description: str
    price: float | None
    image: str | None
    brand: str = ""
    categories: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()


class Stock(msgspec.Struct, frozen=True):
    """What the shop sells, and a few who shop there."""

    products: list[Product]
    categories: list[Category]
    shoppers: list[Shopper]
    untitled: int
    """Products that have no title and go by what else is known."""
    unpriced: int
    """Products whose price is not known."""
    unlisted: int
    """Products that somebody dealt with and no file describes: the shop does not sell them."""


def stock_in(folder: Path, seed: int = 0) -> Stock:
    """What `aisle load` left in a folder, as the shop has it.

    A product is new since its first event. Shoppers are the most active of those with an interest
    in each category; their names are made up, since those of reviewers are nobody's business.
    Raises FillError where no product is described.
    """
    listed = _listed(folder)
    places = shelve([each.categories for each in listed])
    events = _events(folder)
    seen = _seen(events)
    products = [
        _product(each, place, *seen.get(each.id, (0, 0)))
        for each, place in zip(listed, places, strict=True)
    ]
    sold = {product.id for product in products}
    sizes = Counter(place.category for place in places)
    by_size = sorted(sizes, key=lambda category: (category.name == REST, -sizes[category]))
    return Stock(
        products=products,
        categories=by_size,
        shoppers=_shoppers(events, products, [each for each in by_size if each.name != REST], seed),
        untitled=sum(1 for each in listed if not each.name),
        unpriced=sum(1 for product in products if product.price is None),
        unlisted=len(seen.keys() - sold),
    )


def _listed(folder: Path) -> list[Listed]:
    path = folder / "products.json"
    if not path.exists():
        raise FillError(
            "No file describes the products. Needed is metadata beside the reviews: rows with an "
            "item id and a title."
        )
    return msgspec.json.decode(path.read_bytes(), type=list[Listed])


def _events(folder: Path) -> pl.DataFrame:
    """USER_ID, ITEM_ID and TIMESTAMP of every interaction; none where there is no file."""
    path = folder / "interactions.csv"
    schema = {"USER_ID": pl.String, "ITEM_ID": pl.String, "TIMESTAMP": pl.Int64}
    if not path.exists():
        return pl.DataFrame(schema=schema)
    return pl.scan_csv(path, schema_overrides=schema).select(*schema).collect()


def _seen(events: pl.DataFrame) -> dict[str, tuple[int, int]]:
    """The first event and the number of events of each product that has any."""
    counted = events.group_by("ITEM_ID").agg(pl.col("TIMESTAMP").min(), pl.len())
    return {row[0]: (row[1], row[2]) for row in counted.iter_rows()}


def _product(listed: Listed, place: Place, first_seen: int, events: int) -> Product:
    price = listed.price
    return Product(
        id=listed.id,
        name=listed.name or _called(listed, place),
        category=place.category.id,
        style=place.style,
        description=listed.description,
        price=price if price is not None and 0 < price <= _DEAREST else None,
        current_stock=None,
        launched_at=first_seen,
        brand=listed.brand,
        image_url=listed.image,
        categories=listed.categories,
        bullets=listed.bullets,
        popularity=events,
    )


def _called(listed: Listed, place: Place) -> str:
    """A name for what has no title: its brand and kind, and its id."""
    known = (listed.brand, place.style or (listed.categories[-1:] or ("Product",))[0])
    return " ".join([*(word for word in known if word), listed.id])


def _shoppers(
    events: pl.DataFrame, products: Sequence[Product], interests: Sequence[Category], seed: int
) -> list[Shopper]:
    """The most active of each interest; the first of each of the largest is curated."""
    people = _people(events, products, [each.id for each in interests])
    called = {each.id: each.name for each in interests}
    largest = {each.id for each in interests[:_MOST_CURATED]}
    shoppers = []
    names = _names(people.height, seed)
    for row, (first, last) in zip(people.iter_rows(named=True), names, strict=True):
        favourites = " and ".join(called[each] for each in row["favourites"])
        month = f"{datetime.fromtimestamp(row['last'], UTC):%B %Y}"
        shoppers.append(
            Shopper(
                id=row["USER_ID"],
                first_name=first,
                last_name=last,
                gender=None,
                age=None,
                persona=row["persona"],
                curated=row["rank"] == 0 and row["persona"] in largest,
                description=f"{row['events']} events, most with {favourites}, up to {month}",
            )
        )
    return shoppers


def _people(
    events: pl.DataFrame, products: Sequence[Product], interests: Sequence[str]
) -> pl.DataFrame:
    """USER_ID, number and last time of `events`, the two `favourites` among the interests, the
    first as `persona`, and the `rank` among those of that persona; the most active first.
    """
    shelves = pl.DataFrame(
        {
            "ITEM_ID": [product.id for product in products],
            "interest": [product.category for product in products],
        }
    ).filter(pl.col("interest").is_in(interests))
    return (
        events.join(shelves, on="ITEM_ID")
        .group_by("USER_ID", "interest")
        .agg(pl.len().alias("liked"), pl.col("TIMESTAMP").max())
        .sort("liked", "interest", descending=[True, False])
        .group_by("USER_ID", maintain_order=True)
        .agg(
            pl.col("liked").sum().alias("events"),
            pl.col("TIMESTAMP").max().alias("last"),
            pl.col("interest").head(2).alias("favourites"),
            pl.col("interest").first().alias("persona"),
        )
        .filter(pl.col("events") >= _FEWEST_EVENTS)
        .sort("events", "USER_ID", descending=[True, False])
        .with_columns(pl.int_range(pl.len()).over("persona").alias("rank"))
        .filter(pl.col("rank") < _BY_INTEREST)
    )


def _names(count: int, seed: int) -> list[tuple[str, str]]:
    """Made-up names, of women and of men, no two alike while there are enough."""
    firsts = (*WOMEN, *MEN)
    draws = np.random.default_rng([seed, 7]).permutation(len(firsts) * len(LAST))
    pairs = (divmod(int(each), len(LAST)) for each in np.resize(draws, count))
    return [(firsts[first], LAST[last]) for first, last in pairs]
