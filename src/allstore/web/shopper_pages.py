"""Finding a shopper to visit the shop as: a few curated ones, or by age and interest."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.web.parameters import one_of
from allstore.web.rendering import page
from allstore.web.visits import shop_of

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


def _interests(personas: list[str]) -> list[str]:
    """The categories that personas are made of, by id."""
    return sorted({category for persona in personas for category in persona.split("_")})


routes = [Route("/shopper", find_shopper)]
