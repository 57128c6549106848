"""The JSON API's operations: what each takes and answers is declared once, by its handler's types.
The endpoint works by the declaration, and `openapi.py` writes the document from it.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Generic, TypeVar, get_args, get_type_hints

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.web.json_bodies import read_json
from allstore.web.parameters import checked

T = TypeVar("T")
_NAMED = re.compile(r"\{(\w+)\}")

WARNING = "X-AllStore-Warning"
RECOMMENDATION_ID = "X-AllStore-Recommendation-Id"
HEADERS = {
    WARNING: "Why the answer is not what the engine would have given.",
    RECOMMENDATION_ID: "Names the engine's answer; an event that it led to may carry it.",
}
"""Headers of answers, and what they tell."""


class Refusal(msgspec.Struct, frozen=True):
    """Why an operation was refused."""

    message: Annotated[str, msgspec.Meta(description="Names the field, the rule and the value.")]


def refusal_of(error: HTTPException) -> Response:
    """A `Refusal`, with the headers that go with it."""
    content = msgspec.json.encode(Refusal(error.detail))
    return Response(content, error.status_code, error.headers, media_type="application/json")


def is_operation(request: Request) -> bool:
    """Whether the path is one of an operation, whatever the method."""
    owner = getattr(request.scope.get("endpoint"), "__self__", None)
    return isinstance(owner, Operation)


class Reply(msgspec.Struct, Generic[T], frozen=True):
    content: T
    headers: Mapping[str, str | None] = {}
    """Some of `HEADERS`; one that is None is left out."""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """`handler(request)` or `handler(request, asked)` to a `Reply`: `asked` is a struct of what the
    path and the query hold or, of a POST, the JSON body.
    """

    path: str
    handler: Callable[..., Reply[Any]]
    method: str = "GET"
    fresh: bool = False
    """Of the moment: one kept would hide what the visitor has done since. Others have an ETag."""
    headers: tuple[str, ...] = ()
    """Those of `HEADERS` that its answers may carry."""
    refusals: Mapping[int, str] = {}
    """What the handler raises HTTPException for, beside 400."""
    slash: bool = False
    """Whether the path may end with one."""

    @property
    def asked(self) -> type[msgspec.Struct] | None:
        asked: type[msgspec.Struct] | None = self._types().get("asked")
        return asked

    @property
    def answer(self) -> Any:
        """The type of the reply's content."""
        return get_args(self._types()["return"])[0]

    @property
    def reads_body(self) -> bool:
        return self.method == "POST"

    def routes(self) -> list[Route]:
        path = _NAMED.sub(r"{\1:id}", self.path)
        paths = (path, f"{path}/") if self.slash else (path,)
        return [Route(each, self._endpoint, methods=[self.method]) for each in paths]

    def _types(self) -> dict[str, Any]:
        return get_type_hints(self.handler, include_extras=True)

    async def _endpoint(self, request: Request) -> Response:
        body = await request.body() if self.reads_body else b""
        return await run_in_threadpool(self._answered, request, body)

    def _answered(self, request: Request, body: bytes) -> Response:
        try:
            kind = self.asked
            asked = [] if kind is None else [self._read(request, body, kind)]
            reply = self.handler(request, *asked)
        except HTTPException as error:
            return refusal_of(error)
        return self._written(request, reply)

    def _read(self, request: Request, body: bytes, kind: type[msgspec.Struct]) -> msgspec.Struct:
        if not self.reads_body:
            query = {name: value.strip() for name, value in request.query_params.items()}
            return self._parameters({**query, **request.path_params}, kind)
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            raise HTTPException(415, "The body must be JSON, with Content-Type: application/json.")
        return read_json(body, kind)

    def _parameters(self, given: Mapping[str, str], kind: type[msgspec.Struct]) -> msgspec.Struct:
        """An empty parameter is one that is not given."""
        values: dict[str, Any] = {}
        for field in msgspec.structs.fields(kind):
            value = given.get(field.name)
            if value:
                values[field.name] = checked(field.name, value, field.type)
            elif field.required:
                raise HTTPException(400, f"{field.name} is missing: {self.path}?{field.name}=...")
        return kind(**values)

    def _written(self, request: Request, reply: Reply[Any]) -> Response:
        body = msgspec.json.encode(reply.content)
        headers = {name: value for name, value in reply.headers.items() if value is not None}
        if self.fresh:
            headers["Cache-Control"] = "no-store"
            return Response(body, headers=headers, media_type="application/json")
        tag = f'"{hashlib.blake2s(body, digest_size=12).hexdigest()}"'
        headers |= {"ETag": tag, "Cache-Control": "public, no-cache"}
        if tag in request.headers.get("If-None-Match", ""):
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/json")
