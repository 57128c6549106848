"""The names that files give to what they say, by meaning; lower case, the first found wins."""

import re
from collections.abc import Iterable

import msgspec


class Meaning(msgspec.Struct, frozen=True):
    """What a column is about, as the report says it, and the names it goes by."""

    text: str
    names: tuple[str, ...]


USER = Meaning(
    "user id",
    (
        "reviewerid",
        "user_id",
        "userid",
        "customer_id",
        "customerid",
        "visitor_id",
        "visitorid",
        "user_pseudo_id",
        "client_id",
        "customer id",
        "customer_email",
        "customer email",
        "email",
        "user",
        "id",
    ),
)
ITEM = Meaning(
    "item id",
    (
        "parent_asin",
        "asin",
        "item_id",
        "itemid",
        "movie_id",
        "movieid",
        "product_id",
        "productid",
        "article_id",
        "variant_id",
        "sku",
        "product_sku",
        "lineitem_sku",
        "lineitem sku",
        "item",
        "id",
    ),
)
TIME = Meaning(
    "time",
    (
        "unixreviewtime",
        "timestamp",
        "event_timestamp",
        "event_time",
        "eventtime",
        "time",
        "datetime",
        "ts",
        "reviewtime",
        "review_date",
        "created_at",
        "created at",
        "order_date",
        "order date",
        "purchase_date",
        "event_date",
        "date",
    ),
)
VALUE = Meaning(
    "event value", ("overall", "event_value", "rating", "score", "stars", "star_rating", "price")
)
TYPE = Meaning(
    "event type",
    (
        "event_type",
        "eventtype",
        "event_name",
        "event",
        "action_type",
        "action",
        "behavior_type",
        "behavior",
        "behaviour_type",
        "behaviour",
        "type",
    ),
)
TITLE = Meaning("title", ("title", "name", "product_title"))
CATEGORIES = Meaning(
    "categories",
    ("category", "categories", "genre", "genres", "main_category", "main_cat", "product_category"),
)
IMAGE = Meaning(
    "image", ("imurl", "imgurl", "image", "imageurl", "imageurlhighres", "images", "img_url")
)
PRICE = Meaning("price", ("price",))
BRAND = Meaning("brand", ("brand", "store"))
BULLETS = ("feature", "features")
DESCRIPTION = Meaning("description", ("description", *BULLETS))
ATTRIBUTES = Meaning("attributes", ("attributes",))

BARE_ID = "id"
"""Names a user beside a name of an item, and an item anywhere else."""
OF_REVIEWS = frozenset(
    {
        "reviewerid",
        "overall",
        "rating",
        "score",
        "stars",
        "star_rating",
        "unixreviewtime",
        "reviewtime",
        "review_date",
        "reviewtext",
        "review_text",
        "review_body",
        "review_headline",
        "summary",
        "helpful",
        "helpful_votes",
    }
)
"""Any of these says that somebody's dealings with an item are reviews of it."""
OF_PEOPLE = frozenset(("user", "customer", "visitor", "member", "reviewer", "email", "phone"))
OF_ORDERS = frozenset(
    (
        *("session", "order", "invoice", "basket", "cart", "transaction", "purchase", "paid"),
        *("shipping", "billing", "event", "timestamp"),
    )
)
"""Words in a column's name that tell of orders and events, as those above tell of people."""
_OF_ITEMS_TOO = frozenset(("review", "reviews", "rating", "ratings", "creation"))
"""A name with one of these, such as `customer_reviews`, may stand in a list of items."""

EVENT = (USER, ITEM, TIME, VALUE, TYPE)
METADATA = (ITEM, TITLE, CATEGORIES, BRAND, PRICE, DESCRIPTION, IMAGE, ATTRIBUTES)


def user_names(found: Iterable[str]) -> tuple[str, ...]:
    """What may name the user beside these columns, in lower case."""
    items = set(ITEM.names) - {BARE_ID}
    return tuple(n for n in USER.names if n != BARE_ID or not items.isdisjoint(found))


def tells_of(column: str, subjects: frozenset[str]) -> bool:
    """Whether one of these words is in a column's name, as in `orderId` and `Paid at`."""
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", column)}
    return not words.isdisjoint(subjects) and words.isdisjoint(_OF_ITEMS_TOO)


def wanted(meanings: tuple[Meaning, ...]) -> frozenset[str]:
    """All names of some meanings."""
    return frozenset(name for meaning in meanings for name in meaning.names)


def meaning_of(column: str, meanings: tuple[Meaning, ...]) -> str | None:
    """What a column is about; None where it is about nothing of these."""
    return next((m.text for m in meanings if column.lower() in m.names), None)
