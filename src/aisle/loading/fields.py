"""The names that files give to what they say, by meaning; lower case, the first found wins."""

import msgspec


class Meaning(msgspec.Struct, frozen=True):
    """What a column is about, as the report says it, and the names it goes by."""

    text: str
    names: tuple[str, ...]


USER = Meaning(
    "user id", ("reviewerid", "user_id", "userid", "customer_id", "customerid", "user", "id")
)
ITEM = Meaning(
    "item id",
    (
        "parent_asin",
        "asin",
        "item_id",
        "itemid",
        "movieid",
        "product_id",
        "productid",
        "item",
        "id",
    ),
)
TIME = Meaning(
    "time", ("unixreviewtime", "timestamp", "time", "datetime", "reviewtime", "review_date", "date")
)
VALUE = Meaning(
    "event value", ("overall", "event_value", "rating", "score", "stars", "star_rating", "price")
)
TYPE = Meaning("event type", ("event_type",))
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
DESCRIPTION = Meaning("description", ("description", "feature", "features"))
ATTRIBUTES = Meaning("attributes", ("attributes",))

EVENT = (USER, ITEM, TIME, VALUE, TYPE)
METADATA = (ITEM, TITLE, CATEGORIES, BRAND, PRICE, DESCRIPTION, IMAGE, ATTRIBUTES)


def wanted(meanings: tuple[Meaning, ...]) -> frozenset[str]:
    """All names of some meanings."""
    return frozenset(name for meaning in meanings for name in meaning.names)


def meaning_of(column: str, meanings: tuple[Meaning, ...]) -> str | None:
    """What a column is about; None where it is about nothing of these."""
    return next((m.text for m in meanings if column.lower() in m.names), None)
