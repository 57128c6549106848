"""JSON in the form of the original shopping app, and the health check."""

from typing import Annotated

import msgspec
import sqlalchemy as sa
from msgspec import Meta
from starlette.requests import Request

from allstore.catalog.models import Product
from allstore.shop import money
from allstore.shop.visitor import Visitor
from allstore.web.operations import WARNING, Operation, Reply
from allstore.web.parameters import CategoryId, category_of
from allstore.web.pictures import picture_url
from allstore.web.visits import shop_of, visitor_of

Picture = Annotated[str, Meta(description="The path of an SVG, or a permitted address elsewhere.")]


Price = Annotated[float | None, Meta(description="Null where the product is sold on request.")]
Stock = Annotated[int | None, Meta(description="Null where it is not known.")]


class CategoryTile(msgspec.Struct, frozen=True):
    """A category and the picture of one of its products."""

    id: str
    name: str
    image: Picture | None
    has_gender_affinity: bool


class Installments(msgspec.Struct, frozen=True):
    """A price in equal parts, as the cards say it."""

    count: int
    price: float


class ListedProduct(msgspec.Struct, frozen=True):
    """A product in the original shopping app's form."""

    id: str
    name: str
    category: str
    style: str
    description: str
    price: Price
    image: Picture
    gender_affinity: Annotated[str, Meta(description="M or F.")] | None
    promoted: bool
    featured: bool
    current_stock: Stock
    installments: Installments | None


class User(msgspec.Struct, frozen=True):
    """A shopper; what is null is not known."""

    id: str
    first_name: str
    last_name: str
    gender: Annotated[str, Meta(description="M or F.")] | None
    age: int | None
    persona: str | None


class PersonaAsked(msgspec.Struct, frozen=True):
    persona: Annotated[str, Meta(description="One of /users/persona.")]


class ProductsAsked(msgspec.Struct, frozen=True):
    user_id: Annotated[str, Meta(description="A shopper's id.")] | None = None
    filters: CategoryId | None = None


class Health(msgspec.Struct, frozen=True):
    """The shop is open."""

    status: str


def categories(request: Request) -> Reply[list[CategoryTile]]:
    """All categories."""
    catalogue = shop_of(request).catalogue
    faces = catalogue.faces()
    return Reply(
        [
            CategoryTile(
                category.id,
                category.name,
                picture_url(faces[category.id]) if category.id in faces else None,
                category.has_gender_affinity,
            )
            for category in catalogue.categories().values()
        ]
    )


def personas(request: Request) -> Reply[list[str]]:
    """The personas that shoppers have: categories joined by underscores, the dearest first."""
    return Reply(list(shop_of(request).catalogue.personas()))


def users(request: Request, asked: PersonaAsked) -> Reply[list[User]]:
    """The shoppers of a persona."""
    return Reply(
        [
            User(each.id, each.first_name, each.last_name, each.gender, each.age, each.persona)
            for each in shop_of(request).catalogue.shoppers(asked.persona)
        ]
    )


def products(request: Request, asked: ProductsAsked) -> Reply[list[ListedProduct]]:
    """What trends; with a user what suits that user, in the engine's order. `filters` leaves one
    category.
    """
    category = category_of(request, asked.filters, "filters")
    shop = shop_of(request)
    visitor = Visitor(visitor_of(request).session_id, shopper_id=asked.user_id)
    picks = shop.picker.picks(visitor, category)
    count = shop.settings.instalments
    listed = [_listed(each, count) for each in picks.products]
    return Reply(listed, {WARNING: picks.answer.warning})


def healthz(request: Request) -> Reply[Health]:
    """Whether the shop's own database answers; the shop is open without the engine."""
    with shop_of(request).engine.connect() as connection:
        connection.execute(sa.select(1))
    return Reply(Health("ok"))


def _listed(product: Product, count: int) -> ListedProduct:
    amount = money.cents(product.price)
    installments = None
    if amount is not None:
        installments = Installments(count, money.instalments(amount, count)[0] / 100)
    return ListedProduct(
        id=product.id,
        name=product.name,
        category=product.category,
        style=product.style,
        description=product.description,
        price=product.price,
        image=picture_url(product),
        gender_affinity=product.gender_affinity,
        promoted=product.promoted,
        featured=product.featured,
        current_stock=product.current_stock,
        installments=installments,
    )


operations = [
    Operation(path="/categories", handler=categories),
    Operation(
        path="/products",
        handler=products,
        fresh=True,
        headers=(WARNING,),
        refusals={404: "The shop has no such category."},
    ),
    Operation(path="/users", handler=users),
    Operation(path="/users/persona", handler=personas),
    Operation(path="/healthz", handler=healthz, fresh=True),
]
