import pytest
from starlette.requests import Request

from aisle.records.arn import Scope
from aisle.wire.authentication import Entrance
from aisle.wire.errors import IncompleteSignatureException, MissingAuthenticationTokenException
from aisle.wire.signatures import signature_of
from tests.wire.served import Serve

CREDENTIAL = "Credential=AKID/20261122/eu-west-1/personalize/aws4_request"
PRESIGNED = (
    "X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKID%2F20261122%2Fus-west-2%2Fpersonalize%2Faws4_request"
    "&X-Amz-SignedHeaders=host&X-Amz-Signature=abcdef"
)


def authenticate(request: Request, account: str) -> Scope:
    entrance = Entrance(account, loopback_only=True)
    return entrance.admit(request, signature_of(request), b"")


def request(query: str = "", **headers: str) -> Request:
    return Request(
        {
            "type": "http",
            "method": "POST",
            "path": "/",
            "query_string": query.encode(),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )


@pytest.mark.parametrize("separator", [", ", ",", " ,  "])
def test_the_credential_names_the_region(separator: str) -> None:
    parts = (CREDENTIAL, "SignedHeaders=host", "Signature=abcdef")
    signed = request(authorization=f"AWS4-HMAC-SHA256 {separator.join(parts)}")
    assert authenticate(signed, "123456789012") == Scope("123456789012", "eu-west-1")


def test_a_presigned_request_carries_its_credential_in_the_query() -> None:
    assert authenticate(request(PRESIGNED), "1").region == "us-west-2"


@pytest.mark.parametrize(
    "unsigned", [request(), request("a=b"), request(PRESIGNED, origin="http://evil.example")]
)
def test_an_unsigned_request_or_a_pages_own_is_refused(unsigned: Request) -> None:
    with pytest.raises(MissingAuthenticationTokenException):
        authenticate(unsigned, "1")


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("Bearer abc", "Unsupported AWS 'algorithm': 'Bearer'"),
        ("", "Unsupported AWS 'algorithm': ''"),
        ("AWS4-HMAC-SHA256", "requires 'Credential' parameter"),
        (
            f"AWS4-HMAC-SHA256 {CREDENTIAL}",
            "requires 'Signature' parameter. Authorization header requires 'SignedHeaders' par",
        ),
        (
            "AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1, SignedHeaders=h, Signature=a",
            "exactly 5 slash-delimited elements",
        ),
        (
            f"AWS4-HMAC-SHA256 {CREDENTIAL.replace('-', ':')}, SignedHeaders=h, Signature=a",
            "exactly 5 slash-delimited elements",
        ),
    ],
)
def test_a_malformed_header_is_an_incomplete_signature(header: str, message: str) -> None:
    with pytest.raises(IncompleteSignatureException) as caught:
        authenticate(request(authorization=header), "1")
    assert message in str(caught.value)


def test_a_presigned_request_without_signature_is_incomplete() -> None:
    with pytest.raises(IncompleteSignatureException):
        authenticate(request(PRESIGNED.partition("&X-Amz-Signature")[0]), "1")


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example:8000"},
        {"origin": "http://evil.example:8000"},
        {"host": "127.0.0.1.evil.example"},
        {"origin": "null"},
    ],
)
def test_a_loopback_server_answers_to_its_own_names_only(
    serve: Serve, headers: dict[str, str]
) -> None:
    server = serve({})
    refused = server.http.post(
        "/", headers={"X-Amz-Target": "AmazonPersonalize.ListSchemas", **headers}
    )
    assert refused.status_code == 403
    assert refused.headers["x-amzn-ErrorType"] == "AccessDeniedException"
