"""AllStore's JSON API as its documents give it: bare arrays of items, and a warning in a header.

An item has `asin`, `genre` (a JSON array as a string), `imUrl` and `title`, and after them whatever
else the shop knows of it.
"""

from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, UnsetType
from starlette.exceptions import HTTPException
from starlette.requests import Request

from allstore.catalog.models import Product
from allstore.shop.picks import NOTHING_SOLD
from allstore.shop.recommendations import Answer
from allstore.web.api import Price, Stock
from allstore.web.operations import RECOMMENDATION_ID, WARNING, Operation, Reply
from allstore.web.parameters import CategoryId, PageNumber, category_of
from allstore.web.pictures import picture_url
from allstore.web.rendering import bullets
from allstore.web.visits import shop_of, visitor_of

_PAGE = 24
_UNKNOWN = {404: "The shop does not sell such an item."}


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """The documented members first."""

    asin: str
    genre: Annotated[
        str,
        Meta(description="A JSON array in a string: categories, the widest first."),
    ]
    imUrl: Annotated[str, Meta(description="The path of an SVG, or a permitted address elsewhere.")]  # noqa: N815 - as documented
    title: str
    price: Price
    category: str
    style: str
    brand: str
    description: str
    current_stock: Stock
    promoted: bool


class ListedItem(Item, frozen=True, kw_only=True):
    """An item of a list made for somebody."""

    Promoted: Annotated[
        bool | UnsetType, Meta(description="Of those alone that a promotion moved up.")
    ] = UNSET


class ItemAsked(msgspec.Struct, frozen=True):
    item_id: str


class ItemsAsked(msgspec.Struct, frozen=True):
    category: CategoryId | None = None
    page: PageNumber = 1


class UserAsked(msgspec.Struct, frozen=True):
    user_id: str


class CuratedUser(msgspec.Struct, frozen=True, rename="pascal"):
    """A shopper to log in as."""

    id: str
    first_name: str
    last_name: str


class Session(msgspec.Struct, frozen=True, rename="pascal"):
    """What a client of the original asks first."""

    anonymous_pool_id: Annotated[str, Meta(description="The region and the visit's id.")]
    stream_name: str
    user_list: Annotated[list[CuratedUser], Meta(description="Whom a client may log in as.")]


def item(request: Request, asked: ItemAsked) -> Reply[Item]:
    """One item."""
    return Reply(item_of(_sold(request, asked.item_id)))


def description(request: Request, asked: ItemAsked) -> Reply[list[str]]:
    """Bullets from what the shop knows of the item."""
    return Reply(bullets(_sold(request, asked.item_id)))


def items(request: Request, asked: ItemsAsked) -> Reply[list[Item]]:
    """A page of 24 items, the popular first: of a category, or of all."""
    category = category_of(request, asked.category)
    found = shop_of(request).catalogue.popular(_PAGE, category, (asked.page - 1) * _PAGE)
    return Reply([item_of(each) for each in found])


def recommendations(request: Request) -> Reply[list[ListedItem]]:
    """What trends, for everybody."""
    shop = shop_of(request)
    trending = shop.recommendations.trending(visitor_of(request), shop.settings.list_size)
    return _recommended(request, trending)


def recommendations_for_user(request: Request, asked: UserAsked) -> Reply[list[ListedItem]]:
    """What suits a user."""
    shop = shop_of(request)
    suiting = shop.recommendations.for_shopper(asked.user_id, shop.settings.list_size)
    return _recommended(request, suiting)


def similar(request: Request, asked: ItemAsked) -> Reply[list[ListedItem]]:
    """Items like one of them."""
    shop = shop_of(request)
    found = _sold(request, asked.item_id)
    like = shop.recommendations.similar_items(found.id, shop.settings.list_size + 1)
    return _recommended(request, like, found)


def session(request: Request) -> Reply[Session]:
    """The visit, and the curated users."""
    shop = shop_of(request)
    users = [
        CuratedUser(each.id, each.first_name, each.last_name)
        for each in shop.catalogue.curated_shoppers()
    ]
    pool = f"{shop.settings.region}:{visitor_of(request).session_id}"
    return Reply(Session(pool, "allstore-clickstream", users))


def item_of(product: Product) -> Item:
    return Item(
        asin=product.id,
        genre=msgspec.json.encode(product.categories).decode(),
        imUrl=picture_url(product),
        title=product.name,
        price=product.price,
        category=product.category,
        style=product.style,
        brand=product.brand,
        description=product.description,
        current_stock=product.current_stock,
        promoted=product.promoted,
    )


def listed_item(product: Product, *, promoted: bool) -> ListedItem:
    """As `item_of`, and whether it is in its place by a promotion."""
    known = msgspec.structs.asdict(item_of(product))
    return ListedItem(**known, Promoted=True if promoted else UNSET)


def _sold(request: Request, item_id: str) -> Product:
    found = shop_of(request).catalogue.product(item_id)
    if found is None:
        raise HTTPException(404, f"The shop does not sell item {item_id[:80]!r}.")
    return found


def _recommended(
    request: Request, found: Answer, beside: Product | None = None
) -> Reply[list[ListedItem]]:
    """The items of an answer, or popular ones and why."""
    shop = shop_of(request)
    size = shop.settings.list_size
    products = shop.catalogue.products(found.product_ids)
    warning = found.warning
    if warning is None and not products:
        warning = NOTHING_SOLD
    if warning is not None:
        products = shop.catalogue.popular(size + 1, beside.category if beside else None)
        warning = f"{warning} These are popular items instead."
    listed = [each for each in products if beside is None or each.id != beside.id][:size]
    headers = {WARNING: warning, RECOMMENDATION_ID: found.recommendation_id}
    return Reply(
        [listed_item(each, promoted=each.id in found.promoted) for each in listed], headers
    )


_RECOMMENDED = (WARNING, RECOMMENDATION_ID)
operations = [
    Operation(path="/items", handler=items, refusals={404: "The shop has no such category."}),
    Operation(path="/items/{item_id}/description", handler=description, refusals=_UNKNOWN),
    Operation(path="/items/{item_id}", handler=item, refusals=_UNKNOWN),
    Operation(
        path="/recommendations",
        handler=recommendations,
        fresh=True,
        headers=_RECOMMENDED,
        slash=True,
    ),
    Operation(
        path="/recommendations/{user_id}",
        handler=recommendations_for_user,
        fresh=True,
        headers=_RECOMMENDED,
        slash=True,
    ),
    Operation(
        path="/recommendationsitem/{item_id}",
        handler=similar,
        fresh=True,
        headers=_RECOMMENDED,
        refusals=_UNKNOWN,
        slash=True,
    ),
    Operation(path="/session", handler=session, fresh=True),
]
