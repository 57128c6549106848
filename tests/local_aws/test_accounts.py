"""With access keys, each account has its own buckets, and every request has to be signed."""

from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import pytest
from botocore.exceptions import ClientError

from journey import group_with_dataset, settled
from keyed import made_key
from running import Server
from sample import write_interactions

pytestmark = pytest.mark.slow  # trains or starts more than the minutes of `make test` allow

Key = tuple[str, str]
JSON = ("UnrecognizedClientException", "InvalidSignatureException")
CODES = (
    ("s3", "list_buckets", ("InvalidAccessKeyId", "SignatureDoesNotMatch")),
    ("sts", "get_caller_identity", ("InvalidClientTokenId", "SignatureDoesNotMatch")),
    ("ssm", "describe_parameters", JSON),
)
_DIRECT = build_opener(ProxyHandler({}))


@pytest.fixture(scope="module")
def keys(server: Server, tmp_path_factory: pytest.TempPathFactory) -> tuple[Key, Key]:
    """Those of two accounts; the first has a bucket with interactions."""
    data = server.data_dir
    first, second = (made_key(data, "--account", account * 12) for account in "12")
    s3 = server.client("s3", region="us-east-1", key=first)
    s3.create_bucket(Bucket="ones")
    file = write_interactions(tmp_path_factory.mktemp("csv") / "interactions.csv")
    s3.upload_file(str(file), "ones", "a.csv")
    return first, second


def refused(client: Any, operation: str, **members: Any) -> str:
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**members)
    code: str = caught.value.response["Error"]["Code"]
    return code


def test_an_account_has_its_own_buckets(server: Server, keys: tuple[Key, Key]) -> None:
    identity = server.client("sts", key=keys[0]).get_caller_identity()
    assert identity["Account"] == "111111111111"
    other = server.client("s3", region="us-east-1", key=keys[1])
    assert other.list_buckets()["Buckets"] == []
    assert refused(other, "get_object", Bucket="ones", Key="a.csv") in {"AccessDenied", "403"}


def test_without_a_valid_key_each_service_refuses_in_its_own_words(
    server: Server, keys: tuple[Key, Key]
) -> None:
    wrong = (keys[0][0], "wrong")
    for service, asked, (unknown, mismatch) in CODES:
        assert refused(server.client(service), asked) == unknown
        assert refused(server.client(service, key=wrong), asked) == mismatch


@pytest.mark.parametrize("scheme", ["s3", "s3v4"])
def test_a_presigned_address_is_held_to_its_signature(
    server: Server, keys: tuple[Key, Key], scheme: str
) -> None:
    s3 = server.client("s3", region="us-east-1", key=keys[0], signature_version=scheme)
    url = s3.generate_presigned_url("get_object", {"Bucket": "ones", "Key": "a.csv"})
    with _DIRECT.open(url) as answer:
        assert answer.read().startswith(b"USER_ID")
    with pytest.raises(HTTPError) as caught:
        _DIRECT.open(url.replace("a.csv", "b.csv"))
    assert caught.value.code == 403
    assert b"<Code>SignatureDoesNotMatch</Code>" in caught.value.read()


@pytest.mark.parametrize(("which", "status"), [(0, "ACTIVE"), (1, "CREATE FAILED")])
def test_an_import_reads_buckets_of_its_own_account_only(
    server: Server, keys: tuple[Key, Key], which: int, status: str
) -> None:
    personalize = server.client("personalize", key=keys[which])
    job = personalize.create_dataset_import_job(
        jobName="one",
        datasetArn=group_with_dataset(personalize, "own")[1],
        dataSource={"dataLocation": "s3://ones/a.csv"},
    )["datasetImportJobArn"]
    assert settled(personalize, "datasetImportJob", job)["status"] == status
