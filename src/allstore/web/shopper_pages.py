"""Choosing a shopper to visit as: by persona, a few curated ones, or by age and interest."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.web.forms import Form, action, see
from allstore.web.home_pages import home_url
from allstore.web.parameters import one_of
from allstore.web.rendering import page, part
from allstore.web.visits import remember, shop_of, shopper_of, visitor_of

AGES: Mapping[str, tuple[int | None, int | None]] = {
    "18-24": (18, 24),
    "25-34": (25, 34),
    "35-44": (35, 44),
    "45-54": (45, 54),
    "55-64": (55, 64),
    "65+": (65, None),
}
"""The youngest and the oldest of each range."""
_MOST = 24


def find_shopper(request: Request) -> Response:
    """Those of `ages` who like `interest`, a category; nobody is searched for where neither is
    given.
    """
    asked = dict(request.query_params)
    catalogue = shop_of(request).catalogue
    interests = _interests(catalogue.personas())
    ages, interest = one_of(asked, "ages", AGES), one_of(asked, "interest", interests)
    youngest, oldest = AGES[ages] if ages else (None, None)
    searched = ages is not None or interest is not None
    return page(
        request,
        "shoppers.html",
        curated=catalogue.curated_shoppers(),
        ranges=tuple(AGES) if catalogue.knows_ages() else (),
        ages=ages,
        interests=interests,
        interest=interest,
        found=catalogue.shoppers_like(youngest, oldest, interest, _MOST) if searched else None,
        most=_MOST,
    )


def shoppers(request: Request) -> Response:
    """The second half of the picker: the shoppers of a persona."""
    persona = request.query_params.get("persona", "")
    return part(
        request,
        "parts/shopper_choice.html",
        shopper=shopper_of(request),
        persona=persona,
        shoppers=shop_of(request).catalogue.shoppers(persona),
    )


def choose_shopper(request: Request, form: Form) -> Response:
    shopper_id = form.get("shopper_id") or None
    if shopper_id is not None and shop_of(request).catalogue.shopper(shopper_id) is None:
        raise HTTPException(404, "There is no such shopper.")
    remember(request, visitor_of(request).chooses(shopper_id))
    return see(home_url(request, form, {}))


def _interests(personas: list[str]) -> list[str]:
    """The categories that personas are made of, by id."""
    return sorted({category for persona in personas for category in persona.split("_")})


routes = [
    Route("/shopper", find_shopper),
    Route("/shopper", action(choose_shopper), methods=["POST"]),
    Route("/shoppers", shoppers),
]
