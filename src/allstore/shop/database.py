"""The shop's tables. Prices are whole cents, times are epoch seconds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from allstore.shop.catalogue_stamp import add_stamp

metadata = sa.MetaData()
# PostgreSQL compares values of JSONB, and not of JSON.
_NAMES = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

# Those of products: one without a product is not shown.
categories = sa.Table(
    "categories",
    metadata,
    sa.Column("id", sa.String(256), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("has_gender_affinity", sa.Boolean, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
)

products = sa.Table(
    "products",
    metadata,
    sa.Column("id", sa.String(256), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("category", sa.String(256), nullable=False),
    sa.Column("style", sa.Text, nullable=False),
    sa.Column("description", sa.Text, nullable=False),
    sa.Column("price", sa.Integer),
    sa.Column("gender_affinity", sa.String(16)),
    sa.Column("promoted", sa.Boolean, nullable=False),
    sa.Column("featured", sa.Boolean, nullable=False),
    sa.Column("current_stock", sa.Integer, sa.CheckConstraint("current_stock >= 0")),
    # The figure the catalogue gave last: a new one moves the stock by the difference, so that
    # loading the same catalogue again does not bring back what was sold.
    sa.Column("catalogue_stock", sa.Integer),
    sa.Column("launched_at", sa.BigInteger, nullable=False),
    sa.Column("brand", sa.Text, nullable=False, server_default=""),
    sa.Column("image_url", sa.Text),
    sa.Column("categories", _NAMES, nullable=False, server_default="[]"),
    sa.Column("bullets", _NAMES, nullable=False, server_default="[]"),
    sa.Column("popularity", sa.Integer, nullable=False, server_default="0"),
    # The order of popular products, but for what was sold, is read from these alone.
    sa.Index("products_of_category", "category", "featured", "promoted", "popularity", "id"),
    sa.Index("products_popular", "featured", "promoted", "popularity", "id"),
    sa.Index("products_newest", "launched_at"),
)

catalogue_stamp = add_stamp(products)

shoppers = sa.Table(
    "shoppers",
    metadata,
    sa.Column("id", sa.String(256), primary_key=True),
    sa.Column("first_name", sa.Text, nullable=False),
    sa.Column("last_name", sa.Text, nullable=False),
    sa.Column("gender", sa.String(16)),
    sa.Column("age", sa.Integer),
    sa.Column("persona", sa.String(256), index=True),
    sa.Column("curated", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("description", sa.Text, nullable=False, server_default=""),
)

# `session_id` of carts and orders is that of the customer's first visit.
carts = sa.Table(
    "carts",
    metadata,
    sa.Column("session_id", sa.String(64), primary_key=True),
    sa.Column("created_at", sa.BigInteger, nullable=False),
)

cart_lines = sa.Table(
    "cart_lines",
    metadata,
    sa.Column("session_id", sa.ForeignKey("carts.session_id"), primary_key=True),
    sa.Column("product_id", sa.ForeignKey("products.id"), primary_key=True),
    sa.Column("quantity", sa.Integer, sa.CheckConstraint("quantity >= 1"), nullable=False),
    sa.Column("recommendation_id", sa.String(40)),
    sa.Column("source", sa.String(64)),
    sa.Column("added_at", sa.BigInteger, nullable=False),
)

orders = sa.Table(
    "orders",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("session_id", sa.String(64), nullable=False, index=True),
    sa.Column("shopper_id", sa.String(256)),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("placed_at", sa.BigInteger, nullable=False),
)

order_lines = sa.Table(
    "order_lines",
    metadata,
    sa.Column("order_id", sa.ForeignKey("orders.id"), primary_key=True),
    sa.Column("product_id", sa.String(256), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("price", sa.Integer),
    sa.Column("quantity", sa.Integer, nullable=False),
    sa.Column("recommendation_id", sa.String(40)),
    sa.Column("source", sa.String(64)),
)

# Whose ranking was asked for discounts on which visit, and what came of it.
discount_rounds = sa.Table(
    "discount_rounds",
    metadata,
    sa.Column("session_id", sa.String(64), primary_key=True),
    sa.Column("user_id", sa.String(256), primary_key=True),
    sa.Column("asked_at", sa.BigInteger, nullable=False),
)

discounts = sa.Table(
    "discounts",
    metadata,
    sa.Column("session_id", sa.String(64), primary_key=True),
    sa.Column("product_id", sa.ForeignKey("products.id"), primary_key=True),
    sa.Column(
        "percent", sa.Integer, sa.CheckConstraint("percent BETWEEN 1 AND 90"), nullable=False
    ),
    # The product's shares of the visitor's ranking, without a discount and with one.
    sa.Column("share_without", sa.Double, nullable=False),
    sa.Column("share_with", sa.Double, nullable=False),
)

# Visits that want to hear no more of the promotion.
dismissed_banners = sa.Table(
    "dismissed_banners", metadata, sa.Column("session_id", sa.String(64), primary_key=True)
)

# Who takes part in which experiment, and since when. A unit is a visit or a shopper.
experiment_participants = sa.Table(
    "experiment_participants",
    metadata,
    sa.Column("experiment", sa.String(63), primary_key=True),
    sa.Column("unit_id", sa.String(256), primary_key=True),
    sa.Column("variation", sa.String(63)),  # None where lists are interleaved
    sa.Column("entered_at", sa.BigInteger, nullable=False),
    sa.Column("converted_at", sa.BigInteger),
)

# A list shown: `items` are pairs of a product's id and the variation that put it there;
# `recommendation_ids` are by product id, of those that the engine answered. Without a source, which
# an older shop did not keep, the ids are a list, and no outcome can be owed to it fairly.
exposures = sa.Table(
    "exposures",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("experiment", sa.String(63), nullable=False),
    sa.Column("unit_id", sa.String(256), nullable=False),
    sa.Column("source", sa.String(64)),
    sa.Column("items", sa.JSON, nullable=False),
    sa.Column("recommendation_ids", sa.JSON, nullable=False),
    sa.Column("shown_at", sa.BigInteger, nullable=False),
    sa.Index("exposures_of_unit", "unit_id", "experiment", "shown_at"),
)

# What a participant did with a product of a list, once for each action.
outcomes = sa.Table(
    "outcomes",
    metadata,
    sa.Column("experiment", sa.String(63), primary_key=True),
    sa.Column("unit_id", sa.String(256), primary_key=True),
    sa.Column("action", sa.String(16), primary_key=True),
    sa.Column("product_id", sa.String(256), primary_key=True),
    sa.Column("variation", sa.String(63), nullable=False),
    sa.Column("exposure_id", sa.ForeignKey("exposures.id"), nullable=False),
    sa.Column("happened_at", sa.BigInteger, nullable=False),
)

# What visitors did, until the engine has it and a while longer; numbered as it happened.
click_events = sa.Table(
    "click_events",
    metadata,
    sa.Column("number", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("event_id", sa.String(36), nullable=False, unique=True),
    sa.Column("session_id", sa.String(64), nullable=False),
    sa.Column("shopper_id", sa.String(256)),
    sa.Column("event_type", sa.String(64), nullable=False),
    sa.Column("product_id", sa.String(256)),
    sa.Column("recommendation_id", sa.String(40)),
    sa.Column("source", sa.String(64)),
    sa.Column("impression", sa.JSON(none_as_null=True)),
    sa.Column("properties", sa.JSON(none_as_null=True)),
    sa.Column("sent_at", sa.Double, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    # While a claim holds, the time at which it ends.
    sa.Column("next_attempt", sa.Double, nullable=False),
    sa.Column("claim", sa.String(32)),
    sa.Column("reason", sa.Text),
    sa.Index("click_events_of_session", "session_id", "number"),
    sa.Index("click_events_due", "state", "next_attempt"),
)

# What a visit was shown of a list after the last of its events that touched a product; 0 is before
# the first. `shopper_id` is empty for nobody.
shown_lists = sa.Table(
    "shown_lists",
    metadata,
    sa.Column("session_id", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("shopper_id", sa.String(256), primary_key=True),
    sa.Column("after_event", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("heading", sa.Text, nullable=False),
    sa.Column("product_ids", sa.JSON, nullable=False),
    sa.Column("shown_at", sa.Double, nullable=False, index=True),
)

_INSERTS: dict[str, Callable[[sa.Table], Any]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def upsert(dialect: str, table: sa.Table) -> Any:
    """An INSERT of a dialect by its name, which can do ON CONFLICT."""
    return _INSERTS[dialect](table)


def connect(url: str) -> sa.Engine:
    """An engine on `url` with the tables in place; the folder of a SQLite file is made."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() not in _INSERTS:
        raise ValueError(
            f"The shop keeps its state in SQLite or PostgreSQL, not {parsed.drivername}"
        )
    if parsed.get_backend_name() == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        Path(str(parsed.database)).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(parsed)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _tune_sqlite)
    metadata.create_all(engine)
    _add_columns(engine)
    return engine


def _add_columns(engine: sa.Engine) -> None:
    """Add what the tables of an older shop lack; for that a new column may be null or has a
    default.
    """
    with engine.begin() as connection:
        found = sa.inspect(connection).get_multi_columns()
        for table in metadata.sorted_tables:
            known = {column["name"] for column in found[table.schema, table.name]}
            for column in table.columns:
                if column.name not in known:
                    written = sa.schema.CreateColumn(column).compile(dialect=engine.dialect)
                    connection.execute(sa.text(f"ALTER TABLE {table.name} ADD COLUMN {written}"))
            for index in table.indexes:
                index.create(connection, checkfirst=True)


def _tune_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout = 5000")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
