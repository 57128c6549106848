"""An engine with an S3, and an AWS environment in which nothing is configured."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from running import Server, StartServer


@pytest.fixture(scope="module", autouse=True)
def no_credentials() -> Iterator[None]:
    """Nothing of AWS is configured."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        _configure_nothing(monkeypatch)
        yield


def _configure_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "PROFILE", "DEFAULT_REGION", "REGION"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")


@pytest.fixture(scope="module")
def allowed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("allowed")


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 in this process."""
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture(scope="module")
def engine(
    allowed: Path, s3: str, tmp_path_factory: pytest.TempPathFactory, start_server: StartServer
) -> Server:
    environment = {
        "AISLE_S3_ENDPOINT": s3,
        "AISLE_S3_ACCESS_KEY_ID": "any",
        "AISLE_S3_SECRET_ACCESS_KEY": "any",
    }
    folder = tmp_path_factory.mktemp("engine")
    return start_server(folder / "data", allowed=allowed, environment=environment)
