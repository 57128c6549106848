"""moto's services, one WSGI application each, loaded at their first request.

moto is set up before it is imported: accounts do not read each other's buckets, pages of other
origins get no leave, AWS's own policies are there to be attached, and nothing is sent anywhere.
"""

import os
from collections.abc import Mapping
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from moto.backends import SERVICE_NAMES

_BACKENDS: "Mapping[str, SERVICE_NAMES]" = {
    "dynamodb": "dynamodb",
    "events": "events",
    "iam": "iam",
    "kinesis": "kinesis",
    "kms": "kms",
    "logs": "logs",
    "monitoring": "cloudwatch",
    "s3": "s3",
    "secretsmanager": "secretsmanager",
    "sqs": "sqs",
    "ssm": "ssm",
    "sts": "sts",
    "tagging": "resourcegroupstaggingapi",
}
"""moto's name of each service, by the name that requests are signed for. Those that would start
containers or call other machines are not among them."""
_S3_CONTROL_PATH = "/v20180820/"
_ENVIRONMENT: Mapping[str, str] = {
    "MOTO_ALLOW_NONEXISTENT_REGION": "true",
    "MOTO_DISABLE_GLOBAL_CORS": "true",
    "MOTO_EVENTS_INVOKE_HTTP": "false",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_S3_ALLOW_CROSSACCOUNT_ACCESS": "false",
    "S3_IGNORE_SUBDOMAIN_BUCKETNAME": "true",
}
_ONE_ACCOUNT_FOR_ALL = "MOTO_ACCOUNT_ID"

SERVICES = tuple(_BACKENDS)


def installed() -> bool:
    """Whether the extra `local-aws` is."""
    return find_spec("moto") is not None and find_spec("flask_cors") is not None


class Services:
    """What moto answers with. Its state is this process's memory; large objects lie in files."""

    def __init__(self) -> None:
        os.environ.update(_ENVIRONMENT)
        os.environ.pop(_ONE_ACCOUNT_FOR_ALL, None)
        self._loaded: dict[str, WSGIApplication] = {}
        self._lock = Lock()

    def of(self, service: str, path: str) -> "WSGIApplication":
        """The application of one of SERVICES; the first time takes up to two seconds."""
        backend = _BACKENDS[service]
        if backend == "s3" and path.startswith(_S3_CONTROL_PATH):
            backend = "s3control"
        with self._lock:
            if backend not in self._loaded:
                from moto.moto_server.werkzeug_app import (  # noqa: PLC0415 an extra, and slow
                    create_backend_app,
                )

                self._loaded[backend] = create_backend_app(backend)
            return self._loaded[backend]
