"""Calls as bytes on the wire: signed as by an SDK, but neither checked nor parsed by one."""

import json
from typing import Any, NamedTuple

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from aisle.wire.models import is_rest, operations

REGION = "eu-central-1"


class Reply(NamedTuple):
    """What came back; `code` is the error's name, empty where there was none."""

    status: int
    code: str
    document: Any

    @property
    def message(self) -> str:
        return str(self.document["message"]) if self.code else ""


class Wire:
    """A connection to a server that sends what it is told."""

    def __init__(self, url: str, region: str = REGION) -> None:
        self._url = url
        self._http = httpx.Client(timeout=60)
        self._signer = SigV4Auth(Credentials("any", "any"), "personalize", region)

    def call(self, operation: str, document: object) -> Reply:
        """One operation with any JSON value as its body."""
        model = operations()[operation]
        headers = {"Content-Type": "application/json"}
        if not is_rest(model):
            target = f"{model.metadata['targetPrefix']}.{operation}"
            headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}
        method, url = model.http["method"], f"{self._url}{model.http['requestUri']}"
        body = json.dumps(document).encode()
        request = AWSRequest(method, url, headers, body)
        self._signer.add_auth(request)
        answer = self._http.request(method, url, headers=dict(request.headers), content=body)
        return Reply(
            answer.status_code,
            answer.headers.get("x-amzn-ErrorType", ""),
            json.loads(answer.content) if answer.content else None,
        )

    def close(self) -> None:
        self._http.close()
