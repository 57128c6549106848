"""A server that answers for the other AWS services too."""

from pathlib import Path

import pytest

from running import Server, StartServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Server:
    return with_local_aws(tmp_path_factory.mktemp("local"), start_server)


@pytest.fixture(scope="module")
def start_local(start_server: StartServer) -> StartServer:
    def start(folder: Path) -> Server:
        return with_local_aws(folder, start_server)

    return start


def with_local_aws(folder: Path, start_server: StartServer) -> Server:
    return start_server(folder / "data", allowed=folder, environment={"AISLE_LOCAL_AWS": "true"})
