"""Faults for a healthy shop, each named for the finding that it should bring."""

from collections.abc import Callable
from typing import Any

import msgspec
import polars as pl

from aisle.diagnosis import Diagnosis, Rejected
from healthy import ITEMS, NOW, START, USERS, WEEK, Shop, events, schema_with, text

Fault = Callable[[Shop], Shop]
FAULTS: dict[str, Fault] = {}


def wrong(found: Diagnosis) -> dict[str, str]:
    """The severity of every finding that is not ok."""
    return {one.id: one.severity for one in found.findings if one.severity != "ok"}


ROW = pl.int_range(pl.len())
TIME = pl.col("TIMESTAMP").cast(pl.Int64)


def fault(name: str) -> Callable[[Fault], Fault]:
    def keep(function: Fault) -> Fault:
        FAULTS[name] = function
        return function

    return keep


def put(shop: Shop, table: str, **columns: pl.Expr) -> Shop:
    """Values in place of others."""
    frame = text(getattr(shop, table).with_columns(**columns))
    return msgspec.structs.replace(shop, **{table: frame})


def add(shop: Shop, table: str, rows: pl.DataFrame) -> Shop:
    """Rows behind the others; columns that they lack are empty."""
    frame = pl.concat([getattr(shop, table), text(rows)], how="diagonal")
    return msgspec.structs.replace(shop, **{table: frame})


def keep(shop: Shop, table: str, rows: pl.Expr) -> Shop:
    """Only the rows where the expression holds."""
    return msgspec.structs.replace(shop, **{table: getattr(shop, table).filter(rows)})


def some(every: int, column: str, value: Any) -> pl.Expr:
    """A value in one row of so many."""
    return pl.when(every_nth(every)).then(pl.lit(value)).otherwise(pl.col(column))


def every_nth(every: int) -> pl.Expr:
    return ROW % every == 0


def only(interactions: pl.DataFrame) -> Shop:
    """A shop without metadata."""
    return Shop(interactions, pl.DataFrame(), pl.DataFrame(), ())


def replaced(name: str, table: str, column: str, value: Any, every: int = 500) -> None:
    """A fault that is a value in some rows."""
    fault(name)(lambda shop: put(shop, table, **{column: some(every, column, value)}))


def derived(name: str, table: str, **columns: pl.Expr) -> None:
    """A fault that is a column made of others."""
    fault(name)(lambda shop: put(shop, table, **columns))


replaced("missing-keys", "interactions", "ITEM_ID", None)
replaced("missing-values", "interactions", "DEVICE", "", every=5)
replaced("null-not-allowed", "users", "AGE", None, every=100)
replaced("values-not-of-type", "items", "PRICE", "cheap", every=100)
replaced("values-too-long", "interactions", "DEVICE", "x" * 1001)
replaced("timestamps-unreadable", "interactions", "TIMESTAMP", "2024-01-01")
replaced("timestamps-negative", "interactions", "TIMESTAMP", "-5")
replaced("timestamps-in-future", "interactions", "TIMESTAMP", str(NOW + 4 * WEEK))
replaced("timestamps-too-old", "interactions", "TIMESTAMP", "0")
replaced("timestamps-at-one-instant", "interactions", "TIMESTAMP", str(START + WEEK + 5), every=6)
replaced("placeholder-ids", "interactions", "USER_ID", "undefined", every=20)
replaced("event-types-spelt-differently", "interactions", "EVENT_TYPE", "view ", every=10)
replaced("rare-event-types", "interactions", "EVENT_TYPE", "Refund", every=3000)
replaced("html-in-text", "items", "DESCRIPTION", "<p>Made with care &amp; love for all.</p>", 20)


derived("timestamps-not-seconds", "interactions", TIMESTAMP=TIME * 1000 + ROW % 1000)
derived("timestamps-whole-days", "interactions", TIMESTAMP=TIME // 86_400 * 86_400)
derived("tied-events", "interactions", TIMESTAMP=TIME.min().over("USER_ID", ROW // 4))
derived(
    "creation-times-not-seconds",
    "items",
    CREATION_TIMESTAMP=pl.col("CREATION_TIMESTAMP").cast(int) * 1000,
)
derived("constant-columns", "items", SHOP=pl.lit("main street"))
derived("columns-like-ids", "users", EMAIL=pl.format("{}@example.org", "USER_ID"))
derived("too-many-categories", "items", COLOUR=pl.format("shade-{}", ROW // 2))
derived(
    "numbers-mixed-with-text",
    "items",
    WEIGHT=pl.when(every_nth(9)).then(pl.lit("heavy")).otherwise(ROW),
)
derived("flat-popularity", "interactions", ITEM_ID=pl.format("item-{}", ROW * 7 % ITEMS))
derived("created-after-first-interaction", "items", CREATION_TIMESTAMP=pl.lit(NOW))
derived("columns-that-tell-the-item", "interactions", PAGE=pl.format("{}.html", "ITEM_ID"))
derived(
    "event-value-constant-by-item", "interactions", EVENT_VALUE=pl.col("ITEM_ID").str.len_chars()
)


@fault("rejected-rows")
def _(shop: Shop) -> Shop:
    return msgspec.structs.replace(shop, rejected=(Rejected("no customer", 700),))


@fault("schema-columns-missing")
def _(shop: Shop) -> Shop:
    return msgspec.structs.replace(shop, interactions=shop.interactions.drop("DEVICE"))


@fault("too-few-interactions")
def _(shop: Shop) -> Shop:
    return only(shop.interactions.filter(every_nth(16)))


@fault("too-few-users")
def _(_shop: Shop) -> Shop:
    users = range(24)
    seen = [(user, 60 * user % 7 + 5 * step % ITEMS) for user in users for step in range(60)]
    times = [START + 70_000 * step + user for user in users for step in range(60)]
    return only(events([user for user, _ in seen], [item for _, item in seen], times))


@fault("single-event-users")
def _(shop: Shop) -> Shop:
    users, once = shop.users, shop.interactions.filter(every_nth(36))
    for number in (1, 2):
        name = pl.format("new-{}-{}", pl.lit(number), "USER_ID").alias("USER_ID")
        shop = add(shop, "users", users.with_columns(name))
        shop = add(shop, "interactions", once.with_columns(name))
    return shop


@fault("heavy-users")
def _(shop: Shop) -> Shop:
    return add(
        shop,
        "interactions",
        shop.interactions.filter(every_nth(7)).with_columns(USER_ID=pl.lit("user-1")),
    )


@fault("bursts")
def _(shop: Shop) -> Shop:
    burst = events([1] * 150, list(range(150)), [START + WEEK + step // 3 for step in range(150)])
    return add(shop, "interactions", filled(burst))


def filled(rows: pl.DataFrame) -> pl.DataFrame:
    """With the columns that the schema wants filled."""
    return rows.with_columns(EVENT_TYPE=pl.lit("View"), EVENT_VALUE=ROW % 5)


@fault("duplicate-rows")
def _(shop: Shop) -> Shop:
    return add(shop, "interactions", shop.interactions.filter(every_nth(6)))


@fault("repeat-interactions")
def _(shop: Shop) -> Shop:
    early = shop.interactions.filter(TIME < START + 6 * WEEK)
    for hours in (1, 2, 3):
        shop = add(shop, "interactions", early.with_columns(TIMESTAMP=TIME + 3600 * hours))
    return shop


@fault("echoed-events")
def _(shop: Shop) -> Shop:
    echo = shop.interactions.filter(every_nth(3)).with_columns(EVENT_TYPE=pl.lit("Click"))
    return add(shop, "interactions", echo)


@fault("cold-items")
def _(shop: Shop) -> Shop:
    return add(shop, "items", renamed(shop.items, "ITEM_ID").head(60))


@fault("cold-users")
def _(shop: Shop) -> Shop:
    return add(shop, "users", renamed(shop.users, "USER_ID").head(60))


def renamed(frame: pl.DataFrame, key: str) -> pl.DataFrame:
    return frame.with_columns(pl.format("new-{}", key).alias(key))


@fault("items-without-metadata")
def _(shop: Shop) -> Shop:
    return keep(shop, "items", ~every_nth(6))


@fault("users-without-metadata")
def _(shop: Shop) -> Shop:
    return keep(shop, "users", ~every_nth(6))


@fault("duplicate-metadata")
def _(shop: Shop) -> Shop:
    return add(shop, "items", shop.items.head(3))


@fault("ids-differ-by-case-or-space")
def _(shop: Shop) -> Shop:
    item = pl.col("ITEM_ID")
    twin = pl.when((item == "item-1") & every_nth(2)).then(pl.lit("Item-1")).otherwise(item)
    return put(shop, "interactions", ITEM_ID=twin)


@fault("ids-look-like-floats")
def _(shop: Shop) -> Shop:
    user = pl.col("USER_ID").str.replace(r"^user-(\d)$", "$1.0")
    return put(put(shop, "interactions", USER_ID=user), "users", USER_ID=user)


@fault("funnel-order")
def _(shop: Shop) -> Shop:
    kind = pl.when(ROW % 6 > 1).then(pl.lit("AddToCart")).otherwise("EVENT_TYPE")
    return put(
        shop,
        "interactions",
        EVENT_TYPE=pl.when(ROW % 3 == 0).then(pl.lit("Purchase")).otherwise(kind),
    )


@fault("numbers-declared-text")
def _(shop: Shop) -> Shop:
    schema = schema_with("Items", {"name": "WEIGHT", "type": "string"})
    shop = msgspec.structs.replace(shop, schemas=(shop.schemas[0], schema, shop.schemas[2]))
    return put(shop, "items", WEIGHT=ROW % 90)


@fault("text-coverage")
def _(shop: Shop) -> Shop:
    written = pl.when(ROW % 5 < 2).then("DESCRIPTION").otherwise(pl.lit("-"))
    return put(shop, "items", DESCRIPTION=written)


@fault("concentrated-popularity")
def _(_shop: Shop) -> Shop:
    user = [user for user in range(USERS) for _ in range(4)]
    item = [item for user in range(USERS) for item in (0, 1, 2, 3 + user % (ITEMS - 3))]
    return only(events(user, item, [START + 3001 * at for at in range(len(user))]))


@fault("gaps-in-time")
def _(shop: Shop) -> Shop:
    lost = TIME.is_between(START + 5 * WEEK, START + 6 * WEEK)
    return keep(shop, "interactions", ~lost)


@fault("abrupt-drift")
def _(shop: Shop) -> Shop:
    number = pl.col("ITEM_ID").str.strip_prefix("item-").cast(int)
    other = pl.format("item-{}", (number + ITEMS // 2) % ITEMS)
    late = pl.when(TIME >= START + 5 * WEEK).then(other).otherwise("ITEM_ID")
    return put(shop, "interactions", ITEM_ID=late)


@fault("ties-at-the-split")
def _(shop: Shop) -> Shop:
    near = TIME.rank("ordinal").is_between(0.89 * pl.len(), 0.91 * pl.len())
    return put(
        shop,
        "interactions",
        TIMESTAMP=pl.when(near).then(TIME.quantile(0.9)).otherwise(TIME).cast(int),
    )


@fault("seen-before-the-split")
def _(shop: Shop) -> Shop:
    late = TIME.rank("ordinal") > 0.85 * pl.len()
    first = {
        name: pl.when(late).then(pl.col(name).first().over("USER_ID")).otherwise(name)
        for name in ("ITEM_ID", "EVENT_TYPE")
    }
    return put(shop, "interactions", **first)
