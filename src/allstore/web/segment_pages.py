"""Who would like a category or a product: segments of shoppers, for the operator."""

import csv
import io
import re
from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.shop.segments import Segment, SegmentsError
from allstore.web.operator_pages import is_operator, login
from allstore.web.rendering import page
from allstore.web.visits import shop_of

_SHOWN = 25
"""Shoppers on the page; the download has all."""
_MOST_PRODUCTS = 1000


def segments(request: Request) -> Response:
    """The first shoppers of the segment `of`, which is what its line asked."""
    if not is_operator(request):
        return login(request)
    try:
        found = shop_of(request).segments()
    except SegmentsError as error:
        return page(request, "segments.html", segments=None, chosen=None, trouble=str(error))
    named = _names(request, found or {})
    asked = request.query_params.get("of") or next(iter(named), None)
    chosen = None if asked is None else _chosen(found, asked)
    return page(
        request,
        "segments.html",
        segments=found,
        named=named,
        chosen=chosen,
        trouble=None,
        **(_audience(request, chosen) if chosen else {}),
    )


def download(request: Request) -> Response:
    """All ids of a segment, likeliest first, as CSV."""
    if not is_operator(request):
        raise HTTPException(403, "Only the operator of the shop downloads segments.")
    try:
        chosen = _chosen(shop_of(request).segments(), request.query_params.get("of", ""))
    except SegmentsError as error:
        raise HTTPException(404, str(error)) from error
    table = io.StringIO()
    csv.writer(table).writerows([("USER_ID",), *((user,) for user in chosen.users)])
    word = re.sub(r"[^a-z0-9]+", "-", (chosen.category or chosen.asked).lower()).strip("-")[:40]
    name = f"segment-{word}.csv" if word else "segment.csv"
    return Response(
        table.getvalue(),
        media_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def _chosen(found: Mapping[str, Segment] | None, asked: str) -> Segment:
    segment = (found or {}).get(asked)
    if segment is None:
        raise HTTPException(404, "There is no such segment.")
    return segment


def _names(request: Request, found: Mapping[str, Segment]) -> dict[str, str]:
    """What each segment is called, by what was asked: its category or its product, else that."""
    catalogue = shop_of(request).catalogue
    ids = [each.product_id for each in found.values() if each.product_id][:_MOST_PRODUCTS]
    products = {product.id: product.name for product in catalogue.products(ids)}
    categories = {each.id: each.name for each in catalogue.categories().values()}
    return {
        asked: products.get(each.product_id or "") or categories.get(each.category or "") or asked
        for asked, each in found.items()
    }


def _audience(request: Request, chosen: Segment) -> dict[str, Any]:
    shop = shop_of(request)
    members = shop.audiences.first(chosen.users, _SHOWN)
    product = shop.catalogue.product(chosen.product_id) if chosen.product_id else None
    category = product.category if product else chosen.category
    interest = shop.audiences.interest(members, category) if category and members else None
    return {"members": members, "category": category, "interest": interest, "product": product}


routes = [Route("/segments", segments), Route("/segments/ids.csv", download)]
