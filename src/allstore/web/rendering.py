"""Templates, and what all pages show."""

import datetime as dt
import functools
import re
import textwrap
from collections.abc import Collection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jinja2
import msgspec
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from allstore.catalog.models import Product, Shopper
from allstore.catalog.sorts import Sort
from allstore.catalog.taxonomy import CATEGORIES
from allstore.search.text import highlight
from allstore.shop import money
from allstore.shop.events import Touch
from allstore.shop.reasons import reason_of
from allstore.shop.recommendations import Answer
from allstore.web.forms import TOKEN_FIELD, TOKEN_HEADER, origin
from allstore.web.pictures import picture_url
from allstore.web.visits import shop_of, shopper_of, visitor_of

_PAIR = 2
"""Categories of a product that say no more than its category and its style."""
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_GENDERS = {"M": "Male", "F": "Female"}
_SORTS = {
    Sort.RELEVANCE: "Best match",
    Sort.FOR_YOU: "For you",
    Sort.POPULAR: "Popular",
    Sort.NEWEST: "Newest",
    Sort.CHEAPEST: "Price, low to high",
    Sort.DEAREST: "Price, high to low",
}


@jinja2.pass_context
def category_name(context: jinja2.runtime.Context, category: str) -> str:
    """As the shop calls it, or the simulated store; another goes by its id."""
    known = context["category_names"].get(category)
    if known is None:
        known = CATEGORIES[category].name if category in CATEGORIES else category
    return str(known)


@jinja2.pass_context
def persona_name(context: jinja2.runtime.Context, persona: str) -> str:
    """`Apparel, Footwear, Accessories`."""
    return ", ".join(category_name(context, category) for category in persona.split("_"))


def sort_name(sort: Sort) -> str:
    return _SORTS[sort]


def bullets(product: Product) -> list[str]:
    """What is known of a product, a line each: its facts or else the sentences of its description,
    then its brand, its style, its further kinds and whom it is for.
    """
    sentences = [each.strip() for each in _SENTENCE_END.split(product.description) if each.strip()]
    known = {
        "Brand: {}": product.brand,
        "Style: {}": product.style.replace("_", " "),
        "Filed under: {}": ", ".join(product.categories) if len(product.categories) > _PAIR else "",
        "{}": {"M": "For him", "F": "For her"}.get(product.gender_affinity or ""),
    }
    facts = [words.format(value) for words, value in known.items() if value]
    return [*(product.bullets or sentences), *facts]


def amount(cents: int | None, currency: str) -> str:
    """`$1,234.50`; what has no price yet is sold on request."""
    return "on request" if cents is None else money.text(cents, currency)


def shortened(text: str, most: int) -> str:
    """At most `most` characters, whole words of them."""
    return textwrap.shorten(text, most, placeholder=" …") if len(text) > most else text


def marked(text: str, terms: Collection[str]) -> Markup:
    """`text` as HTML, escaped, with the words that are in `terms` marked."""
    pieces = [
        Markup("<mark>{}</mark>").format(piece.text) if piece.found else escape(piece.text)
        for piece in highlight(text, terms)
    ]
    return Markup("").join(pieces)


@functools.lru_cache(maxsize=4096)
def shopper_name(shopper: Shopper) -> Markup:
    """`Anthony Valdez, Male, 24 years old`, as far as it is known."""
    parts = [f"{shopper.first_name} {shopper.last_name}"]
    if shopper.gender is not None:
        parts.append(_GENDERS.get(shopper.gender, shopper.gender))
    if shopper.age is not None:
        parts.append(f"{shopper.age} years old")
    return escape(", ".join(parts))


def product_url(picked: Touch) -> str:
    """A product's page, which is told what list it was opened from."""
    listed = _listed(picked.recommendation_id, picked.source)
    return f"/product/{quote(picked.product_id)}{listed}"


@functools.lru_cache(maxsize=1024)
def _listed(recommendation_id: str | None, source: str | None) -> str:
    """The query that names a list, which all its products share."""
    query = urlencode(origin(Touch("", recommendation_id, source)))
    return f"?{query}" if query else ""


def shown_in(source: str, product_id: str, answer: Answer | None = None) -> Touch:
    """What a touch of a product in a list is, the list being an `answer` or the shop's own."""
    return Touch(product_id, answer.recommendation_of(product_id) if answer else None, source)


def day(seconds: int) -> str:
    """`26 November 2026`, in UTC."""
    moment = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return f"{moment.day} {moment:%B %Y}"


def clock(seconds: float) -> str:
    """`14:03:09`, in UTC."""
    return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%H:%M:%S}"


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        auto_reload=False,  # or each part of each page asks the disk whether its file has changed
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "cents": money.cents,
        "money": amount,
        "currency_symbol": money.symbol,
        "instalments": money.instalments,
        "bullets": bullets,
        "marked": marked,
        "category_name": category_name,
        "clock": clock,
        "day": day,
        "persona_name": persona_name,
        "shopper_name": shopper_name,
        "origin": origin,
        "shortened": shortened,
        "picture_url": picture_url,
        "product_url": product_url,
        "reason_of": reason_of,
        "sort_name": sort_name,
    }
    environment.globals |= {
        "shown_in": shown_in,
        "token_field": TOKEN_FIELD,
        "htmx_config": msgspec.json.encode(
            {"includeIndicatorStyles": False, "allowEval": False, "allowScriptTags": False}
        ).decode(),
    }
    return environment


_TEMPLATES = _environment()


def bare(template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A page that needs neither the shop nor a visitor."""
    return HTMLResponse(_TEMPLATES.get_template(template).render(context), status)


def part(request: Request, template: str, **context: Any) -> HTMLResponse:
    """A piece of a page, for htmx."""
    return bare(template, **_common(request), **context)


def page(request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
    """A whole page, with the picker and the cart in its header."""
    shop = shop_of(request)
    shopper = shopper_of(request)
    of_shopper = shopper.persona if shopper else None
    persona = request.query_params.get("persona", of_shopper or "")
    header = {
        "shopper": shopper,
        "persona": persona,
        "personas": shop.catalogue.personas(),
        "shoppers": shop.catalogue.shoppers(persona) if persona else [],
        "header_cart": shop.carts.cart(visitor_of(request)),
    }
    return bare(template, status, **header, **_common(request), **context)


def _common(request: Request) -> dict[str, Any]:
    shop = shop_of(request)
    visitor = visitor_of(request)
    token = shop.seal.form_token(visitor)
    categories = shop.catalogue.categories()
    query = request.url.query
    return {
        "here": f"{request.url.path}?{query}" if query else request.url.path,
        "categories": list(categories.values()),
        "category_names": {each.id: each.name for each in categories.values()},
        "form_token": token,
        "form_headers": msgspec.json.encode({TOKEN_HEADER: token}).decode(),
        "discounts": shop.discounts.of_visit(visitor),
        "currency": shop.settings.currency,
        "instalment_count": shop.settings.instalments,
    }
