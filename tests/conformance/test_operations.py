"""Which of the service's operations this server has, counted against botocore's models."""

import httpx
import pytest

from aisle.wire.models import function_name, operations, routes
from aisle.wire.registry import FUNCTIONS
from running import Server, StartServer

KNOWN = 79

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=any/20261122/us-east-1/personalize/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0"
)
MISSING = sorted(
    name for name, model in operations().items() if function_name(model) not in FUNCTIONS
)
PATHS = {model.name: path for (_, path), model in routes().items()}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, start_server: StartServer) -> Server:
    folder = tmp_path_factory.mktemp("operations")
    return start_server(folder / "data", allowed=folder)


def test_every_function_is_an_operation_and_they_are_counted() -> None:
    names = {function_name(model) for model in operations().values()}
    assert len(names) == KNOWN
    assert set(FUNCTIONS) <= names


@pytest.mark.parametrize("operation", MISSING)
def test_an_operation_without_a_function_says_so(server: Server, operation: str) -> None:
    target = {"X-Amz-Target": f"AmazonPersonalize.{operation}"}
    answer = httpx.post(
        f"{server.url}{PATHS.get(operation, '/')}",
        headers={"Authorization": AUTHORIZATION, **({} if operation in PATHS else target)},
        json={},
    )
    assert answer.status_code == 501
    assert answer.headers["x-amzn-ErrorType"] == "NotImplementedException"
    assert operation in answer.json()["message"]
