"""Signatures held against botocore's own signer."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from unittest.mock import patch
from urllib.parse import quote

import msgspec
import pytest
from botocore.auth import S3SigV4Auth
from hypothesis import assume, given
from hypothesis import strategies as st

from aisle.records.arn import Scope
from aisle.wire.authentication import Entrance, service_of
from aisle.wire.errors import (
    IncompleteSignatureException,
    InvalidSignatureException,
    SignatureError,
    UnrecognizedClientException,
)
from aisle.wire.signatures import signature_of
from signed import KEY, OneKey, Sent, signed

_DOES_NOT_MATCH = "The request signature we calculated does not match the signature you provided."
_TARGET = ("X-Amz-Target", "AmazonPersonalize.ListSchemas")

_text = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Zl", "Zp", "Zs"), include_characters=" "
    ),
    max_size=12,
)
_segments = st.lists(_text.map(quote) | st.sampled_from(["", ".", "..", "a%2Fb"]), max_size=4)
_paths = _segments.map(lambda parts: "/" + "/".join(parts)).filter(
    lambda path: "//" not in path[:2]
)
_pairs = st.tuples(_text, _text).map(lambda pair: "=".join(quote(part, safe="") for part in pair))
_queries = st.lists(_pairs, max_size=4).map("&".join)
_names = st.sampled_from(["X-Amz-Target", "x-amz-meta-one", "Content-Type", "X-Custom", "x-custom"])
_values = st.lists(_text | st.just("\t"), max_size=4).map("  ".join)
_headers = st.lists(st.tuples(_names, _values), max_size=5)


def admit(sent: Sent, service: str = "personalize") -> Scope:
    request = sent.request()
    entrance = Entrance("000000000000", OneKey(), loopback_only=True)
    return entrance.admit(request, signature_of(request), sent.body, service)


def refusal(sent: Sent, service: str = "personalize") -> SignatureError:
    with pytest.raises(SignatureError) as caught:
        admit(sent, service)
    return caught.value


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    path=_paths,
    query=_queries,
    headers=_headers,
    body=st.binary(max_size=64),
    service=st.sampled_from(["personalize", "s3", "iam"]),
)
def test_what_botocore_signs_is_let_in(
    *,
    method: str,
    path: str,
    query: str,
    headers: list[tuple[str, str]],
    body: bytes,
    service: str,
) -> None:
    sent = signed(method, f"{path}?{query}", headers, body, service=service)
    assert admit(sent, service) == Scope(KEY.account, "eu-west-1")
    assert service_of(sent.request()) == service


@given(_paths, _queries, _headers, st.sampled_from(["personalize", "s3"]))
def test_what_botocore_presigns_is_let_in(
    path: str, query: str, headers: list[tuple[str, str]], service: str
) -> None:
    # The signer reads the query into a mapping: one value a name.
    names = [pair.partition("=")[0] for pair in query.split("&")]
    assume(len(names) == len(set(names)))
    sent = signed("GET", f"{path}?{query}", headers, b"", service=service, expires=60)
    assert admit(sent, service) == Scope(KEY.account, "eu-west-1")


def _other(data: st.DataObject, given_bytes: bytes, alphabet: bytes) -> bytes:
    """The same with one byte changed to another of the alphabet."""
    place = data.draw(st.integers(0, len(given_bytes) - 1))
    byte = data.draw(st.sampled_from(sorted(set(alphabet) - {given_bytes[place]})))
    return given_bytes[:place] + bytes([byte]) + given_bytes[place + 1 :]


_WORD = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def _original() -> Sent:
    """Signed now: a signature that was made when the tests were collected may have expired."""
    return signed(
        "POST",
        "/recommendations/here?first=one&second=two",
        [_TARGET, ("Content-Type", "application/json"), ("X-Amz-Meta", "value")],
        b'{"userId": "1"}',
    )


def _with_header(sent: Sent, name: bytes, change: Callable[[bytes], bytes]) -> Sent:
    headers = tuple(
        (key, change(value) if key.lower() == name else value) for key, value in sent.headers
    )
    return msgspec.structs.replace(sent, headers=headers)


@given(
    st.data(),
    st.sampled_from(
        ["method", "path", "query", "body", "host", "x-amz-date", "x-amz-target", "content-type"]
    ),
)
def test_any_byte_changed_is_noticed(data: st.DataObject, where: str) -> None:
    sent = _original()
    assert admit(sent)
    if where == "method":
        sent = msgspec.structs.replace(sent, method=_other(data, b"POST", _WORD).decode())
    elif where in {"path", "query", "body"}:
        changed = _other(data, getattr(sent, where), _WORD)
        sent = msgspec.structs.replace(sent, **{where: changed})
    else:
        sent = _with_header(sent, where.encode(), lambda value: _other(data, value, _WORD))
    assert isinstance(refusal(sent), InvalidSignatureException | IncompleteSignatureException)


@given(st.data())
def test_any_byte_of_the_signature_or_the_credential_changed_is_noticed(
    data: st.DataObject,
) -> None:
    def change(header: bytes) -> bytes:
        algorithm, space, rest = header.partition(b" ")
        kept = rest.replace(b", ", b",")
        return algorithm + space + _other(data, kept, _WORD)

    sent = _original()
    assert admit(_with_header(sent, b"authorization", lambda header: header.replace(b", ", b",")))
    refusal(_with_header(sent, b"authorization", change))


@given(st.data())
def test_any_byte_of_a_presigned_query_changed_is_noticed(data: st.DataObject) -> None:
    sent = signed("POST", "/", [_TARGET], b"", expires=60)
    place = sent.query.index(b"X-Amz-Algorithm")
    changed = sent.query[:place] + _other(data, sent.query[place:], _WORD)
    refusal(msgspec.structs.replace(sent, query=changed))


def test_another_key_is_unknown() -> None:
    error = refusal(signed(key=msgspec.structs.replace(KEY, access_key_id="AKIAOTHER")))
    assert type(error) is UnrecognizedClientException
    assert str(error) == "The security token included in the request is invalid."


def test_a_session_token_proves_nothing() -> None:
    assert type(refusal(signed(token="token"))) is UnrecognizedClientException
    assert type(refusal(signed(body=b"", token="t", expires=9))) is UnrecognizedClientException


def test_another_secret_does_not_match() -> None:
    error = refusal(signed(key=msgspec.structs.replace(KEY, secret="guess")))
    assert type(error) is InvalidSignatureException
    assert str(error).startswith(_DOES_NOT_MATCH)


def test_a_request_for_another_service_is_refused() -> None:
    error = refusal(signed(service="s3"))
    assert str(error) == "Credential should be scoped to correct service: 'personalize'."


@pytest.mark.parametrize("minutes", [-4.9, 4.9])
def test_clocks_may_differ_by_five_minutes(minutes: float) -> None:
    assert admit(signed(at=datetime.now(UTC) + timedelta(minutes=minutes)))


@pytest.mark.parametrize(
    ("minutes", "message"),
    [
        (-5.1, r"Signature expired: \d{8}T\d{6}Z is now earlier than .* \(.* - 5 min\.\)"),
        (5.1, r"Signature not yet current: .* is still later than .* \(.* \+ 5 min\.\)"),
    ],
)
def test_beyond_that_the_signature_is_out_of_time(minutes: float, message: str) -> None:
    with pytest.raises(InvalidSignatureException, match=message):
        admit(signed(at=datetime.now(UTC) + timedelta(minutes=minutes)))


def test_a_date_header_may_stand_in_the_place_of_x_amz_date() -> None:
    sent = signed(headers=[("Date", "to be set by the signer"), _TARGET])
    assert not any(name.lower() == b"x-amz-date" for name, _ in sent.headers)
    assert admit(sent)


def test_the_credentials_day_is_that_of_signing() -> None:
    sent = signed(at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    moved = _with_header(sent, b"x-amz-date", lambda _: b"20261121T120000Z")
    assert str(refusal(moved)) == (
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
        "'20261122' != '20261121', from '20261121T120000Z'."
    )


@pytest.mark.parametrize("date", [b"yesterday", b"20261322T000000Z", b"2026-11-22T00:00:00Z"])
def test_a_time_of_another_form_is_incomplete(date: bytes) -> None:
    error = refusal(_with_header(signed(), b"x-amz-date", lambda _: date))
    assert type(error) is IncompleteSignatureException
    assert str(error).startswith("Date must be in ISO-8601 'basic format'. Got ")


def test_a_signature_needs_a_date() -> None:
    sent = signed()
    bare = msgspec.structs.replace(
        sent, headers=tuple(pair for pair in sent.headers if pair[0].lower() != b"x-amz-date")
    )
    assert "requires existence of either a 'X-Amz-Date' or a 'Date' header" in str(refusal(bare))


@pytest.mark.parametrize("name", ["Host", "X-Amz-Target"])
def test_what_names_the_server_and_the_operation_has_to_be_signed(name: str) -> None:
    sent = _with_header(
        signed(headers=[_TARGET]),
        b"authorization",
        lambda header: header.replace(f"{name.lower()};".encode(), b"").replace(
            f";{name.lower()}".encode(), b""
        ),
    )
    assert str(refusal(sent)) == f"'{name}' must be a 'SignedHeader' in the AWS Authorization."


def test_a_signed_header_that_did_not_arrive_does_not_match() -> None:
    sent = signed(headers=[("X-Custom", "1")])
    lost = tuple(pair for pair in sent.headers if pair[0] != b"X-Custom")
    assert str(refusal(msgspec.structs.replace(sent, headers=lost))).startswith(_DOES_NOT_MATCH)


def test_the_body_cannot_be_left_out_of_the_signature() -> None:
    unsigned = signed(headers=[("X-Amz-Content-SHA256", "UNSIGNED-PAYLOAD")])
    assert str(refusal(unsigned)).startswith(_DOES_NOT_MATCH)


def test_a_body_that_hashes_to_what_its_header_says_is_let_in() -> None:
    digest = hashlib.sha256(b"{}").hexdigest()
    assert admit(signed(headers=[("X-Amz-Content-SHA256", digest)]))


@pytest.mark.parametrize(
    ("age", "expires", "fresh"), [(0, 1, True), (59, 61, True), (62, 61, False), (1, 604_800, True)]
)
def test_a_presigned_request_lasts_as_long_as_it_says(age: int, expires: int, fresh: bool) -> None:
    sent = signed(body=b"", at=datetime.now(UTC) - timedelta(seconds=age), expires=expires)
    if fresh:
        assert admit(sent)
    else:
        assert "Signature expired: " in str(refusal(sent))
        assert "- 61 sec.)" in str(refusal(sent))


@pytest.mark.parametrize("expires", [0, 604_801, -1])
def test_a_presigned_request_lasts_a_week_at_most(expires: int) -> None:
    error = refusal(signed(body=b"", expires=expires))
    assert str(error) == f"X-Amz-Expires must be 1 to 604800 seconds, got '{expires}'."


def test_a_presigned_request_has_to_say_how_long_it_lasts() -> None:
    sent = signed("GET", "/", (), b"", expires=60)
    query = sent.query.replace(b"X-Amz-Expires=60&", b"")
    error = refusal(msgspec.structs.replace(sent, query=query))
    assert isinstance(error, IncompleteSignatureException | InvalidSignatureException)


def test_s3_notices_another_body_where_it_is_signed() -> None:
    sent = signed("PUT", "/bucket/key", service="s3")
    other = msgspec.structs.replace(sent, body=b"{ }")
    assert isinstance(refusal(other, "s3"), InvalidSignatureException)


@pytest.mark.parametrize(
    "context",
    [
        {"payload_signing_enabled": False},
        {"checksum": {"request_algorithm": {"in": "trailer"}}},
    ],
)
def test_s3_takes_a_body_that_is_not_signed(context: Mapping[str, object]) -> None:
    headers = [("Content-MD5", "any")]
    sent = signed("PUT", "/bucket/key", headers, service="s3", scheme="https", context=context)
    assert admit(msgspec.structs.replace(sent, body=b"anything"), "s3")


def test_the_seed_of_a_stream_signed_in_chunks_is_checked() -> None:
    declared = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
    with patch.object(S3SigV4Auth, "payload", lambda *_: declared):
        sent = signed("PUT", "/bucket/key", service="s3")
    assert admit(msgspec.structs.replace(sent, body=b"chunks"), "s3")
    other = _with_header(sent, b"x-amz-content-sha256", lambda value: value + b"-TRAILER")
    assert isinstance(refusal(other, "s3"), InvalidSignatureException)


def test_service_of_an_unsigned_request_is_none() -> None:
    assert service_of(Sent("GET", b"/", b"", (), b"").request()) == ""
