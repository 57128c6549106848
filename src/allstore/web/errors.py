"""Pages for what did not work."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from allstore.web import operations
from allstore.web.headers import HEADERS
from allstore.web.rendering import bare

_TITLES = {
    400: "That request makes no sense",
    403: "Not allowed",
    404: "Page not found",
    405: "Not possible here",
    413: "Too much at once",
}
_NOT_FOUND = "There is nothing at this address. It may have been sold out, moved or mistyped."

_BROKEN = "Something broke on our side"
_LOGGED = "It is in our log. Your cart is safe; please try again in a moment."


def refused(request: Request, error: Exception) -> Response:
    """4xx: the page says what was wrong, or to whoever asked the JSON API its `Refusal`."""
    if isinstance(error, HTTPException) and operations.is_operation(request):
        return operations.refusal_of(error)
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else ""
    if detail == "Not Found":
        detail = _NOT_FOUND
    response = bare(
        "error.html", status, title=_TITLES.get(status, detail), detail=detail, status_code=status
    )
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


def failed(request: Request, _error: Exception) -> Response:
    """500: the page, or the JSON API, says nothing about what broke; the log does."""
    if operations.is_operation(request):
        response = operations.refusal_of(HTTPException(500, f"{_BROKEN}. {_LOGGED}"))
    else:
        response = bare("error.html", 500, title=_BROKEN, detail=_LOGGED, status_code=500)
    # This answer is made outside the middleware that adds them.
    response.headers.update(HEADERS)
    return response
