"""What the shop's operator sees: the dead letters of all visits, which can be sent again."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.shop.operators import MAX_AGE
from allstore.web.forms import Form, action, see
from allstore.web.rendering import page
from allstore.web.visits import shop_of

COOKIE = "allstore-operator"
_PATH = "/operator"
_PATHS = (_PATH, "/segments")
"""Where the pass is shown, and nowhere else."""


def operator(request: Request) -> Response:
    """The dead letters, or for others the form that asks for the operator's token."""
    if not is_operator(request):
        return login(request)
    shop = shop_of(request)
    letters = shop.clicks.dead_letters()
    ids = {event.product_id for event in letters if event.product_id is not None}
    return page(
        request,
        "operator.html",
        letters=letters,
        products={product.id: product for product in shop.catalogue.products(sorted(ids))},
        again=request.query_params.get("again", ""),
        can_leave=shop.operators.have_token,
    )


def enter(request: Request, form: Form) -> Response:
    given = shop_of(request).operators.admit(form.get("token", ""))
    if given is None:
        return login(request, 403, refusal="This is not the token.")
    response = see(_PATH)
    for path in _PATHS:
        response.set_cookie(
            COOKIE,
            given,
            max_age=MAX_AGE,
            path=path,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    return response


def leave(_request: Request, _form: Form) -> Response:
    response = see(_PATH)
    for path in _PATHS:
        response.delete_cookie(COOKIE, path=path, httponly=True, samesite="strict")
    return response


def send_again(request: Request, form: Form) -> Response:
    """Try one dead letter anew, or all of them."""
    if not is_operator(request):
        raise HTTPException(403, "Only the operator of the shop sends events again.")
    count = shop_of(request).clicks.send_again(form.get("event_id") or None)
    return see(f"{_PATH}?again={count}")


def is_operator(request: Request) -> bool:
    """Whether the request shows a pass, or in a demo comes from this machine."""
    address = request.client.host if request.client else None
    return shop_of(request).operators.include(request.cookies.get(COOKIE), address)


def login(request: Request, status: int = 200, refusal: str | None = None) -> Response:
    """The page that asks for the token."""
    have_token = shop_of(request).operators.have_token
    return page(request, "operator_login.html", status, refusal=refusal, have_token=have_token)


routes = [
    Route("/operator", operator),
    Route("/operator", action(enter), methods=["POST"]),
    Route("/operator/leave", action(leave), methods=["POST"]),
    Route("/operator/again", action(send_again), methods=["POST"]),
]
