"""What an address asks for, checked: HTTPException says which field, the rule and the value."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any, get_args

import msgspec
from msgspec import Meta
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request

from allstore.catalog.models import Product
from allstore.web.visits import shop_of

PageNumber = Annotated[int, Meta(ge=1, le=9999, title="a number from 1 to 9999")]
CategoryId = Annotated[str, Meta(description="An id of /categories.")]


class _Id(PathConvertor):
    """An id in a path, which may have slashes, though none at its end: `{item_id:id}`."""

    regex = ".*[^/]"


register_url_convertor("id", _Id())


def product_of(request: Request) -> Product:
    """The product of the path; HTTPException 404 for one that the shop does not sell."""
    product = shop_of(request).catalogue.product(request.path_params["product_id"])
    if product is None:
        raise HTTPException(404, "The shop does not sell this product.")
    return product


def category_of(request: Request, given: str | None, name: str = "category") -> str | None:
    """A category of the shop, None for none; HTTPException 404 for one that it has not."""
    if given and given not in shop_of(request).catalogue.categories():
        raise HTTPException(404, f"{name}: the shop has no category {given[:80]!r}.")
    return given or None


def one_of(asked: Mapping[str, str], name: str, known: Collection[str]) -> str | None:
    """The field's value, None where it has none; HTTPException 400 for an unknown one."""
    given = asked.get(name) or None
    if given is not None and given not in known:
        raise HTTPException(400, f"{name} must be one of {', '.join(known)}, not {given[:40]!r}.")
    return given


def page_number(asked: Mapping[str, str]) -> int:
    """From 1; HTTPException 400 for what is no number."""
    page: int = checked("page", asked.get("page") or "1", PageNumber)
    return page


def checked(name: str, given: str, kind: Any) -> Any:
    """`given` as a value of the annotated type `kind`, whose title is the rule; HTTPException 400
    for one that is none.
    """
    try:
        return msgspec.convert(given, kind, strict=False)
    except msgspec.ValidationError as error:
        raise HTTPException(400, f"{name} must be {rule_of(kind)}, not {given[:40]!r}.") from error


def rule_of(kind: Any) -> str | None:
    """What a value of an annotated type must be; None where any text will do."""
    return next((each.title for each in get_args(kind) if isinstance(each, Meta)), None)
