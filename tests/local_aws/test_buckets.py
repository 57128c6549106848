"""S3 on the server's own port."""

import base64
import http.client
import io
import random
import socket
import zlib
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from running import Server

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

LARGE = random.Random(4).randbytes(10 << 20)
_DIRECT = build_opener(ProxyHandler({}))


@pytest.fixture(scope="module")
def s3(server: Server) -> "S3Client":
    client: S3Client = server.client("s3", region="us-east-1")
    client.create_bucket(Bucket="films")
    client.upload_fileobj(io.BytesIO(LARGE), "films", "large.csv")
    return client


def fetched(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> bytes:
    request = Request(url, body, headers, method=method)  # noqa: S310 - the server's own
    with _DIRECT.open(request) as answer:
        content: bytes = answer.read()
    return content


def status_of(url: str, **headers: str) -> int:
    with pytest.raises(HTTPError) as caught:
        fetched(url, "GET", None, **headers)
    caught.value.close()
    return caught.value.code


def test_an_upload_in_parts_is_read_whole_and_by_range(s3: "S3Client") -> None:
    assert s3.head_object(Bucket="films", Key="large.csv")["ETag"].endswith('-2"')
    assert s3.get_object(Bucket="films", Key="large.csv")["Body"].read() == LARGE
    part = s3.get_object(Bucket="films", Key="large.csv", Range="bytes=9000000-9000009")
    assert part["Body"].read() == LARGE[9000000:9000010]


@pytest.mark.parametrize("key", ["./dotted//key.csv", "a b+%&=.csv", "ünï/çødé", "moto-api/reset"])
def test_a_key_is_kept_as_it_is(s3: "S3Client", key: str) -> None:
    s3.put_object(Bucket="films", Key=key, Body=b"x", Metadata={"my_key": "1", "my-other": "2"})
    found = s3.list_objects_v2(Bucket="films", Prefix=key)["Contents"]
    assert [entry["Key"] for entry in found] == [key]
    answer = s3.get_object(Bucket="films", Key=key)
    assert answer["Body"].read() == b"x"
    assert answer["Metadata"] == {"my_key": "1", "my-other": "2"}


def test_objects_are_copied_and_deleted_together(s3: "S3Client") -> None:
    s3.copy_object(Bucket="films", Key="copy", CopySource="films/large.csv")
    assert s3.head_object(Bucket="films", Key="copy")["ContentLength"] == len(LARGE)
    s3.delete_objects(Bucket="films", Delete={"Objects": [{"Key": "copy"}, {"Key": "none"}]})
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket="films", Key="copy")


def test_a_bucket_has_the_policy_that_was_put(s3: "S3Client") -> None:
    policy = '{"Version": "2012-10-17", "Statement": []}'
    s3.put_bucket_policy(Bucket="films", Policy=policy)
    assert s3.get_bucket_policy(Bucket="films")["Policy"] == policy
    s3.delete_bucket_policy(Bucket="films")


@pytest.mark.parametrize("scheme", ["s3", "s3v4"])
def test_a_presigned_address_reads_and_writes(server: Server, scheme: str, s3: "S3Client") -> None:
    client: S3Client = server.client("s3", region="us-east-1", signature_version=scheme)
    names: Any = {"Bucket": "films", "Key": f"presigned/{scheme}"}
    fetched(client.generate_presigned_url("put_object", names), "PUT", b"sent")
    assert s3.get_object(**names)["Body"].read() == b"sent"
    url = client.generate_presigned_url("get_object", names)
    assert fetched(url) == b"sent"
    assert status_of(url, Origin="https://elsewhere.example") == 403


def test_without_a_signature_nothing_is_read(s3: "S3Client", server: Server) -> None:
    s3.put_object(Bucket="films", Key="open/one", Body=b"for all", ACL="public-read")
    assert status_of(f"{server.url}/films/open/one") == 403


def test_a_bucket_in_the_hosts_name_is_found(server: Server, s3: "S3Client") -> None:
    s3.put_object(Bucket="films", Key="a//b", Body=b"deeper")
    host = f"films.localhost:{urlsplit(server.url).port}"
    request = AWSRequest("GET", f"http://{host}/a//b")
    S3SigV4Auth(Credentials("any", "any"), "s3", "us-east-1").add_auth(request)
    headers = {**dict(request.headers.items()), "Host": host}
    assert fetched(f"{server.url}/a//b", "GET", None, **headers) == b"deeper"


def test_a_body_in_signed_chunks_with_a_trailer_is_unpacked(server: Server, s3: "S3Client") -> None:
    checksum = base64.b64encode(zlib.crc32(b"hello").to_bytes(4, "big")).decode()
    body = f"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:{checksum}\r\n\r\n".encode()
    headers = {
        "Content-Encoding": "aws-chunked",
        "X-Amz-Decoded-Content-Length": "5",
        "X-Amz-Trailer": "x-amz-checksum-crc32",
    }
    request = AWSRequest("PUT", f"{server.url}/films/chunked", data=body, headers=headers)
    request.context["checksum"] = {"request_algorithm": {"in": "trailer"}}
    S3SigV4Auth(Credentials("any", "any"), "s3", "us-east-1").add_auth(request)
    fetched(f"{server.url}/films/chunked", "PUT", body, **dict(request.headers.items()))
    assert s3.get_object(Bucket="films", Key="chunked")["Body"].read() == b"hello"


def test_who_expects_100_continue_gets_it_before_the_body(server: Server) -> None:
    request = AWSRequest("PUT", f"{server.url}/films/expected", data=b"body")
    S3SigV4Auth(Credentials("any", "any"), "s3", "us-east-1").add_auth(request)
    address = urlsplit(server.url)
    lines = [
        "PUT /films/expected HTTP/1.1",
        f"Host: {address.netloc}",
        "Content-Length: 4",
        "Expect: 100-continue",
        *(f"{name}: {value}" for name, value in request.headers.items()),
    ]
    assert address.hostname is not None
    with socket.create_connection((address.hostname, address.port or 0), timeout=30) as sent:
        sent.sendall("\r\n".join([*lines, "", ""]).encode())
        assert sent.recv(1000).startswith(b"HTTP/1.1 100 ")
        sent.sendall(b"body")
        answer = http.client.HTTPResponse(sent)
        answer.begin()
        assert answer.status == 200


def test_a_body_other_than_the_one_that_was_signed_is_refused(server: Server) -> None:
    request = AWSRequest("PUT", f"{server.url}/films/changed", data=b"body")
    S3SigV4Auth(Credentials("any", "any"), "s3", "us-east-1").add_auth(request)
    with pytest.raises(HTTPError) as caught:
        fetched(f"{server.url}/films/changed", "PUT", b"evil", **dict(request.headers.items()))
    assert b"<Code>SignatureDoesNotMatch</Code>" in caught.value.read()
