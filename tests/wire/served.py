"""An application behind a loopback port, and clients for it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import boto3
import httpx
import uvicorn
from botocore.config import Config

from aisle.wire import create_app

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=AKID/20261122/eu-west-1/personalize/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=abcdef"
)


class Server:
    """An application behind a loopback port, with clients for it."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.http = httpx.Client(base_url=self.url, headers={"Authorization": AUTHORIZATION})

    def client(self, service: str, *, checks: bool = True) -> Any:
        """A boto3 client; without checks, it sends what it would refuse to."""
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.url,
            region_name="eu-west-1",
            aws_access_key_id="AKID",
            aws_secret_access_key="secret",
            config=Config(parameter_validation=checks, retries={"max_attempts": 0}),
        )

    def control(self, operation: str, content: bytes = b"{}") -> httpx.Response:
        """A control-plane request with any body."""
        headers = {"X-Amz-Target": f"AmazonPersonalize.{operation}"}
        return self.http.post("/", content=content, headers=headers)


class Serve(Protocol):
    """Starts a server with `create_app`'s arguments; it stops when the test ends."""

    def __call__(
        self, functions: dict[str, Callable[..., Any]], ready: Callable[[], bool] | None = None
    ) -> Server: ...


@contextmanager
def running(
    functions: dict[str, Callable[..., Any]], ready: Callable[[], bool] | None
) -> Iterator[Server]:
    app = create_app(functions, lambda scope: scope, ready, account="123456789012")
    config = uvicorn.Config(app, port=0, ws="none", lifespan="on", log_level="warning")
    web = uvicorn.Server(config)
    thread = threading.Thread(target=web.run)
    thread.start()
    while not web.started:
        assert thread.is_alive()
        time.sleep(0.01)
    server = Server(web.servers[0].sockets[0].getsockname()[1])
    try:
        yield server
    finally:
        server.http.close()
        web.should_exit = True
        thread.join()
