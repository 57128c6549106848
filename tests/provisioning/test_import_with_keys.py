"""`aisle import` into an engine that has access keys."""

from pathlib import Path

import pytest

from import_calls import refused, run
from keyed import made_key
from prepared import write_prepared
from running import Server, StartServer

_POPULAR = ("--recipe", "aws-popularity-count")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keyed") / "data"


@pytest.fixture(scope="module")
def key(data: Path) -> tuple[str, str]:
    return made_key(data, "--account", "123456789012")


@pytest.fixture(scope="module")
def keyed(data: Path, key: tuple[str, str], allowed: Path, start_server: StartServer) -> Server:
    assert key
    return start_server(data, allowed=allowed)


def test_without_credentials_it_is_told_how_to_come_by_some(keyed: Server, allowed: Path) -> None:
    said = refused(write_prepared(allowed / "films"), "--endpoint", keyed.url, *_POPULAR)
    assert "The security token included in the request is invalid." in said
    assert "`aisle keys create` makes one" in said


def test_the_environments_key_is_signed_with_and_its_account_owns_what_is_made(
    keyed: Server, allowed: Path, key: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key[1])
    result = run(write_prepared(allowed / "films"), "--endpoint", keyed.url, *_POPULAR)
    assert result.exit_code == 0, result.output
    assert "arn:aws:personalize:us-east-1:123456789012:campaign/" in result.stdout
    assert "aws_access_key_id" not in result.stdout
