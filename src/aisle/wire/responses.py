"""HTTP answers of both protocols: results and errors."""

import os
from collections.abc import Mapping

import msgspec
from botocore.model import OperationModel
from starlette.responses import Response

from aisle.records.errors import ServiceError
from aisle.wire.models import is_rest

AWS_JSON = "application/x-amz-json-1.1"
REST_JSON = "application/json"


def media_type(operation: OperationModel) -> str:
    return REST_JSON if is_rest(operation) else AWS_JSON


def result(
    body: bytes, media_type: str, request_id: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The operation's own answer; the headers go along, each as one line."""
    extra = {name: " ".join(value.split()) for name, value in headers.items()} if headers else {}
    return Response(body, 200, extra | _always(request_id), media_type)


def failure(error: ServiceError, status: int, media_type: str, request_id: str) -> Response:
    """An error as every SDK reads it: the code in the document and in a header."""
    body = msgspec.json.encode({"__type": error.code, "message": str(error)})
    headers = {"x-amzn-ErrorType": error.code} | _always(request_id)
    return Response(body, status, headers, media_type)


def _always(request_id: str) -> dict[str, str]:
    return {"x-amzn-RequestId": request_id, "x-aisle-worker": str(os.getpid())}
