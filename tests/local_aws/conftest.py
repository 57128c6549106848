"""A server that answers for the other AWS services too."""

import pytest

from running import Server, StartServer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Server:
    folder = tmp_path_factory.mktemp("local")
    return start_server(folder / "data", allowed=folder, environment={"AISLE_LOCAL_AWS": "true"})
