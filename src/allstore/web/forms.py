"""Forms that change something: URL-encoded, and only from a page of the same session."""

import re
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from allstore.shop.events import Source, Touch
from allstore.web.visits import shop_of, visitor_of

Form = dict[str, str]

TOKEN_FIELD = "form_token"  # noqa: S105 - a field's name
TOKEN_HEADER = "X-Form-Token"  # noqa: S105 - a header's name
_MOST_FIELDS = 20
_UNREADABLE = "This form cannot be read."
_LOCAL_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]{0,500}|/")
RECOMMENDATION_ID = "[A-Za-z0-9_-]{1,40}"


def action(
    handler: Callable[[Request, Form], Response],
) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that reads the form, refuses strangers, and runs `handler` in a thread."""

    async def endpoint(request: Request) -> Response:
        form = _parsed(await request.body())
        token = request.headers.get(TOKEN_HEADER) or form.get(TOKEN_FIELD)
        if not permits(request, token):
            raise HTTPException(403, "This page is out of date. Go back, reload it and try again.")
        return await run_in_threadpool(handler, request, form)

    return endpoint


def permits(request: Request, token: str | None) -> bool:
    """Whether a page of this very visit, and of this very shop, sends the request."""
    origin = request.headers.get("Origin")
    from_here = origin is None or urlsplit(origin).netloc == request.headers.get("Host")
    return from_here and shop_of(request).seal.permits(visitor_of(request), token)


def _parsed(body: bytes) -> Form:
    try:
        text = body.decode()
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise HTTPException(400, _UNREADABLE) from error
    if any("\0" in value for value in form.values()):
        raise HTTPException(400, _UNREADABLE)
    return form


def whole_number(form: Form, name: str, default: int) -> int:
    try:
        return int(form.get(name, default))
    except ValueError as error:
        raise HTTPException(400, f"The {name} is not a whole number.") from error


def touch(form: Mapping[str, str], product_id: str) -> Touch:
    """The product, and the list and the answer that it was shown in, where the page says one that
    can be.
    """
    answer, source = form.get("recommendation_id", ""), form.get("source")
    return Touch(
        product_id,
        answer if re.fullmatch(RECOMMENDATION_ID, answer) else None,
        source if source in set(Source) else None,
    )


def origin(picked: Touch) -> dict[str, str]:
    """The fields that `touch` reads, but for the product."""
    given = {"recommendation_id": picked.recommendation_id, "source": picked.source}
    return {name: value for name, value in given.items() if value}


def came_from(form: Form) -> str:
    """The path of the shop that the form says it was on; home where it says none, or another's."""
    given = form.get("here", "")
    return given if _LOCAL_PATH.fullmatch(given) else "/"


def is_htmx(request: Request) -> bool:
    return request.headers.get("HX-Request") == "true"


def see(path: str) -> Response:
    """Show another page after a form, so that reloading does not send the form again."""
    return RedirectResponse(path, status_code=303)
