"""Who is let in, with access keys and without, and how keys are made."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import msgspec
import pytest
from botocore.exceptions import ClientError

from aisle.storage.access_keys import AccessKey
from keyed import keys, made_key
from running import Server, StartServer
from signed import HOST, Sent, signed

ARN = "arn:aws:personalize:eu-central-1:000000000000:campaign/none"
_TARGET = ("X-Amz-Target", "AmazonPersonalize.ListSchemas")
_UNKNOWN = "UnrecognizedClientException"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="module")
def open_server(folder: Path, start_server: StartServer) -> Server:
    """Without a key, until a test makes one."""
    return start_server(folder / "open", allowed=folder, workers=2)


@pytest.fixture(scope="module")
def first(folder: Path) -> tuple[str, str]:
    return made_key(folder / "keyed", "--account", "111111111111", "--note", "first")


@pytest.fixture(scope="module")
def server(folder: Path, first: tuple[str, str], start_server: StartServer) -> Server:
    """With a key from the start, listening beyond this machine."""
    assert first
    return start_server(folder / "keyed", allowed=folder, workers=2, host="0.0.0.0")  # noqa: S104


def outcome(call: Callable[[], object]) -> tuple[int, str]:
    """The HTTP status and the error code that a call ends with."""
    with pytest.raises(ClientError) as caught:
        call()
    response: Any = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def send(server: Server, sent: Sent) -> httpx.Response:
    """Bytes as they are, under whatever Host they carry."""
    url = f"{server.url}{sent.path.decode()}?{sent.query.decode()}"
    with httpx.Client(trust_env=False) as client:
        return client.request(sent.method, url, content=sent.body, headers=list(sent.headers))


def own(key: tuple[str, str]) -> AccessKey:
    return AccessKey(key[0], key[1], "", "", 0.0)


def test_the_first_key_ends_the_time_of_any_credentials_in_every_worker(
    open_server: Server, folder: Path
) -> None:
    anybody = open_server.client("personalize")
    assert anybody.list_schemas()["schemas"] == []
    key = made_key(folder / "open")
    for _ in range(6):
        assert outcome(open_server.client("personalize").list_schemas) == (400, _UNKNOWN)
    mine = open_server.client("personalize", key=key)
    arn = mine.create_dataset_group(name="mine")["datasetGroupArn"]
    assert arn == "arn:aws:personalize:eu-central-1:000000000000:dataset-group/mine"


def test_a_revoked_key_is_of_no_use_from_the_next_request_on(server: Server, folder: Path) -> None:
    key = made_key(folder / "keyed")
    clients = [server.client("personalize", key=key) for _ in range(6)]
    assert all(client.list_schemas()["schemas"] == [] for client in clients)
    assert keys("revoke", key[0], data_dir=folder / "keyed").exit_code == 0
    assert {outcome(client.list_schemas) for client in clients} == {(400, _UNKNOWN)}


def test_without_a_valid_key_left_everything_is_refused(
    folder: Path, start_server: StartServer
) -> None:
    key = made_key(folder / "closed")
    said = keys("revoke", key[0], data_dir=folder / "closed").output
    assert "every request is refused until there is another key" in said
    server = start_server(folder / "closed", allowed=folder)
    for credentials in (key, ("any", "any")):
        client = server.client("personalize", key=credentials)
        assert outcome(client.list_schemas) == (400, _UNKNOWN)
    key = made_key(folder / "closed")
    assert server.client("personalize", key=key).list_schemas()["schemas"] == []


def test_all_three_services_know_the_key(server: Server, first: tuple[str, str]) -> None:
    runtime = server.client("personalize-runtime", key=first)
    events = server.client("personalize-events", key=first)
    asked = outcome(lambda: runtime.get_recommendations(campaignArn=ARN, userId="1"))
    event = {"eventType": "View", "sentAt": datetime.now(UTC)}
    sent = outcome(lambda: events.put_events(trackingId="t", sessionId="s", eventList=[event]))
    assert asked == (404, "ResourceNotFoundException")
    assert sent[1] in {"InvalidInputException", "ResourceNotFoundException"}


@pytest.mark.parametrize(
    ("key", "code"),
    [(("AKIAUNKNOWN", "secret"), _UNKNOWN), ((None, "secret"), "InvalidSignatureException")],
)
def test_a_stranger_gets_400_from_the_control_plane_and_403_from_the_runtime(
    server: Server, first: tuple[str, str], key: tuple[str | None, str], code: str
) -> None:
    credentials = (key[0] or first[0], key[1])
    control = server.client("personalize", key=credentials)
    runtime = server.client("personalize-runtime", key=credentials)

    def ask() -> object:
        return runtime.get_recommendations(campaignArn=ARN, userId="1")

    assert outcome(control.list_schemas) == (400, code)
    assert outcome(ask) == (403, code)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_client_whose_clock_is_wrong_is_told_so(
    server: Server, first: tuple[str, str], minutes: int
) -> None:
    client = server.client("personalize", key=first)
    wrong = datetime.now(UTC) + timedelta(minutes=minutes)
    with (
        patch("botocore.auth.get_current_datetime", lambda: wrong),
        pytest.raises(ClientError, match=r"Signature (expired|not yet current): "),
    ):
        client.list_schemas()


def test_signed_requests_may_call_the_server_by_any_name(
    server: Server, first: tuple[str, str]
) -> None:
    sent = signed(headers=[_TARGET], key=own(first))
    assert HOST not in server.url
    assert send(server, sent).json() == {"schemas": []}


def test_a_presigned_request_is_answered_and_a_changed_one_is_not(
    server: Server, first: tuple[str, str]
) -> None:
    sent = signed(headers=[_TARGET], body=b"", key=own(first), expires=60)
    assert send(server, sent).status_code == 200
    longer = msgspec.structs.replace(sent, query=sent.query.replace(b"=60&", b"=600&"))
    refused = send(server, longer)
    assert (refused.status_code, refused.json()["__type"]) == (400, "InvalidSignatureException")


def test_another_body_under_the_same_signature_is_refused(
    server: Server, first: tuple[str, str]
) -> None:
    sent = signed(headers=[_TARGET], key=own(first))
    other = msgspec.structs.replace(sent, body=b'{"maxResults": 1}')
    assert send(server, other).json()["__type"] == "InvalidSignatureException"


def test_an_unsigned_request_is_refused_and_health_is_not_asked_for_a_key(server: Server) -> None:
    bare = Sent("POST", b"/events", b"", (), b"{}")
    refused = send(server, bare)
    assert (refused.status_code, refused.json()["__type"]) == (
        403,
        "MissingAuthenticationTokenException",
    )
    assert httpx.get(f"{server.url}/healthz", trust_env=False).json() == {"status": "ok"}


def test_beyond_this_machine_the_server_asks_for_a_key_first(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "aisle", "serve", "--host", "0.0.0.0", "--port", "0"]  # noqa: S104
    done = subprocess.run(
        [*command, "--data-dir", str(tmp_path)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2
    assert f"aisle keys create --data-dir {tmp_path}" in done.stderr
    assert "--allow-anyone" in done.stderr


def test_a_key_has_amazons_form_and_is_shown_as_environment_variables(tmp_path: Path) -> None:
    result = keys("create", data_dir=tmp_path)
    assert re.search(r"^AWS_ACCESS_KEY_ID=AKIA[A-Z2-7]{16}$", result.stdout, re.MULTILINE)
    assert re.search(r"^AWS_SECRET_ACCESS_KEY=[\w/+]{40}$", result.stdout, re.MULTILINE)
    assert "every request has to be signed with an access key" in result.stderr
    assert "every request" not in keys("create", data_dir=tmp_path).stderr


def test_keys_are_listed_without_their_secrets(tmp_path: Path) -> None:
    one = made_key(tmp_path, "--account", "123456789012", "--note", "the shop")
    two = made_key(tmp_path)
    keys("revoke", two[0], data_dir=tmp_path)
    listed = json.loads(keys("list", "--json", data_dir=tmp_path).stdout)
    assert [(key["accessKeyId"], key["account"], key["note"]) for key in listed] == [
        (one[0], "123456789012", "the shop"),
        (two[0], "000000000000", ""),
    ]
    assert ["revokedAt" in key for key in listed] == [False, True]
    lines = keys("list", data_dir=tmp_path).stdout
    assert re.search(rf"^{one[0]}  123456789012  \S+ \S+  valid  the shop$", lines, re.MULTILINE)
    assert re.search(rf"^{two[0]}  000000000000  \S+ \S+  revoked", lines, re.MULTILINE)
    assert one[1] not in lines
    assert not any("secretAccessKey" in key for key in listed)


def test_other_users_of_the_machine_cannot_read_the_secrets(tmp_path: Path) -> None:
    made_key(tmp_path)
    assert [file.stat().st_mode & 0o007 for file in tmp_path.glob("aisle.db*")] == [0]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "--account", "12"), "--account is '12'; it must be 12 digits."),
        (("create", "--note", "two\nlines"), "--note must be one line of at most 256 characters."),
        (("revoke", "AKIANONE"), "There is no access key 'AKIANONE'"),
    ],
)
def test_a_wrong_call_is_told_what_is_wrong(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    made_key(tmp_path)
    result = keys(*arguments, data_dir=tmp_path)
    assert result.exit_code == 2
    assert said in result.output


def test_keys_are_not_looked_for_where_there_is_no_installation(tmp_path: Path) -> None:
    for command in (("list",), ("revoke", "AKIANONE")):
        result = keys(*command, data_dir=tmp_path)
        assert (result.exit_code, "There is no installation in" in result.output) == (2, True)
    assert list(tmp_path.iterdir()) == []
