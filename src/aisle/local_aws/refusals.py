"""Errors of the way in, in the form that each service's clients read."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response

from aisle.wire import responses
from aisle.wire.errors import CommonError

_XML = "application/xml"
_FORM = "application/x-www-form-urlencoded"
_S3: Mapping[str, str] = {
    "AccessDeniedException": "AccessDenied",
    "IncompleteSignatureException": "AuthorizationHeaderMalformed",
    "InternalFailure": "InternalError",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "AccessDenied",
    "RequestEntityTooLargeException": "EntityTooLarge",
    "UnrecognizedClientException": "InvalidAccessKeyId",
}
"""https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"""
_QUERY: Mapping[str, str] = {
    "AccessDeniedException": "AccessDenied",
    "IncompleteSignatureException": "IncompleteSignature",
    "InvalidSignatureException": "SignatureDoesNotMatch",
    "MissingAuthenticationTokenException": "MissingAuthenticationToken",
    "UnrecognizedClientException": "InvalidClientTokenId",
}
"""https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html"""


def refusal(request: Request, service: str, error: CommonError, request_id: str) -> Response:
    """The answer to a request that was not let through to the service."""
    if service == "s3":
        return _s3(request, error, request_id)
    if request.headers.get("content-type", "").startswith(_FORM):
        return _query(error, request_id)
    return responses.failure(error, error.status, responses.AWS_JSON, request_id)


def _s3(request: Request, error: CommonError, request_id: str) -> Response:
    code = _S3.get(error.code, error.code)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{code}</Code><Message>{escape(str(error))}</Message>"
        f"<RequestId>{request_id}</RequestId></Error>"
    )
    headers = {"x-amz-request-id": request_id}
    content = "" if request.method == "HEAD" else text
    return Response(content, error.status, headers, _XML)


def _query(error: CommonError, request_id: str) -> Response:
    code = _QUERY.get(error.code, error.code)
    fault = "Receiver" if error.status >= 500 else "Sender"  # noqa: PLR2004 - HTTP's own bound
    text = (
        f"<ErrorResponse><Error><Type>{fault}</Type><Code>{code}</Code>"
        f"<Message>{escape(str(error))}</Message></Error>"
        f"<RequestId>{request_id}</RequestId></ErrorResponse>"
    )
    return Response(text, error.status, {"x-amzn-RequestId": request_id}, "text/xml")
