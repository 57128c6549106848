"""What goes together, as the engine's own co-occurrence recipe finds it."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.recipes.base import Config, TrainingData
from aisle.recipes.related.model import RelatedModel
from aisle.recipes.related.sims import SimsRecipe
from simulated import DEFAULT, Watched

EVERYTHING = {
    "popularity_discount_factor": "0.5",
    "min_cointeraction_count": "1",
    "min_user_history_length_percentile": "0.0",
    "max_user_history_length_percentile": "1.0",
    "min_item_interaction_count_percentile": "0.0",
    "max_item_interaction_count_percentile": "1.0",
}
LIST = 10


def together(watched: Watched, kind: str) -> tuple[RelatedModel, NDArray[np.int64]]:
    """The model of what sessions have in common by events of a kind, and the row in the store of
    each of its items.
    """
    sessions = watched.of(kind).select(
        "ITEM_ID", "TIMESTAMP", USER_ID=pl.format("{}-{}", "user", "session")
    )
    recipe = SimsRecipe(name="together", description="")
    model = recipe.fit(
        TrainingData(Interactions.from_frame(sessions)),
        Config(EVERYTHING),
        lambda _share, _words: None,
    )
    rows = {product.id: row for row, product in enumerate(watched.store.products)}
    return model, np.array([rows[item] for item in model.items])


def enough(watched: Watched, kind: str, least: int) -> NDArray[np.bool_]:
    """`[products]` whether it has so many events of a kind."""
    items = watched.of(kind)["item"].to_numpy()
    return np.asarray(np.bincount(items, minlength=watched.settings.products) >= least)


def test_complements_are_found_in_carts(watched: Watched) -> None:
    """Of the products that 20 carts hold, two in three have one of their three partners among the
    ten that are likest; by chance it would be one in fourteen or fewer.
    """
    model, rows = together(watched, "AddToCart")
    partners = watched.store.truth.goods.partners
    asked = np.flatnonzero(enough(watched, "AddToCart", 20)[rows])
    assert len(asked) > 20
    found = []
    for item in asked:
        near, _ = model.neighbours.of(int(item))
        found.append(bool(np.isin(rows[near[:LIST]], partners[rows[item]]).any()))
    assert np.mean(found) > 0.6


def test_products_bought_together_go_together(watched: Watched) -> None:
    """Pairs of purchases in a session hold far more partners than pairs by chance."""
    bought = watched.of("Purchase").select("user", "session", "item")
    pairs = bought.join(bought, on=["user", "session"]).filter(
        pl.col("item") != pl.col("item_right")
    )
    partners = watched.store.truth.goods.partners
    left, right = pairs["item"].to_numpy(), pairs["item_right"].to_numpy()
    fit = (partners[left] == right[:, None]).any(axis=1) | (partners[right] == left[:, None]).any(
        axis=1
    )
    assert len(pairs) > 50
    assert fit.mean() > 0.15


def test_substitutes_are_viewed_together(watched: Watched) -> None:
    model, rows = together(watched, "View")
    least = 100 if watched.settings == DEFAULT else 50
    asked = np.flatnonzero(enough(watched, "View", least)[rows])
    style = watched.store.truth.goods.style[rows]
    nearest = np.array([model.neighbours.of(int(item))[0][:3] for item in asked])
    alike = style[nearest] == style[asked, None]
    assert len(asked) > 100
    assert alike.mean() > 0.55


def test_the_last_product_tells_the_next_better_than_popularity(watched: Watched) -> None:
    pairs = watched.views.with_columns(after=pl.col("item").shift(-1).over("user")).drop_nulls()
    old = pl.col("TIMESTAMP") < watched.settings.end - 14 * 86_400
    train, test = pairs.filter(old), pairs.filter(~old)
    following = train.group_by("item", "after").len().sort("len", "after", descending=True)
    likeliest = following.group_by("item", maintain_order=True).head(LIST)
    hits = test.join(likeliest, on=["item", "after"]).height / test.height
    popular = train["item"].value_counts(sort=True)["item"][:LIST].to_list()
    assert hits > 3 * test.select(pl.col("after").is_in(popular).mean()).item()


def test_likeness_to_the_first_product_leads_a_session_on(watched: Watched) -> None:
    """More than to the first products of other sessions for the same style."""
    goods, views = watched.store.truth.goods, watched.views
    begun = views.with_columns(first=pl.col("item").first().over("user", "session"))
    pairs = begun.filter(pl.col("item") != pl.col("first")).select("item", "first").to_numpy()
    item, first = pairs[goods.style[pairs[:, 0]] == goods.style[pairs[:, 1]]].T
    rng = np.random.default_rng(0)
    orders = [np.lexsort((rng.random(len(item)), goods.style[item])) for _ in range(2)]
    others = np.empty_like(first)
    others[orders[0]] = first[orders[1]]
    alike, by_chance = (
        (goods.character[item] * goods.character[some]).sum(axis=1)[item != some].mean()
        for some in (first, others)
    )
    assert alike > by_chance + (0.03 if watched.settings == DEFAULT else 0.01)


def test_carts_hold_several_products(watched: Watched) -> None:
    carts = watched.of("AddToCart").group_by("user", "session").len()["len"].to_numpy()
    assert 1.25 < carts.mean() < 2.5


def test_orders_hold_several_products(watched: Watched) -> None:
    orders = watched.of("Purchase").group_by("user", "session").len()["len"].to_numpy()
    assert 1.3 < orders.mean() < 1.6
