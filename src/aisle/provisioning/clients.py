"""boto3 clients for an engine or for Amazon Personalize."""

import ipaddress
import re
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from aisle.provisioning.plan import ProvisionError

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient
    from types_boto3_personalize_runtime import PersonalizeRuntimeClient

AMAZON = re.compile(r"personalize\.(?P<region>[\w-]+)\.amazonaws\.com")
"""The name of Amazon's own endpoint."""
_REGION = "us-east-1"
_ANY_KEY = "any"
_NEAR = Config(proxies={}, retries={"mode": "standard", "total_max_attempts": 3})
"""This machine is asked directly, and whether somebody listens there shows soon."""


class Clients(NamedTuple):
    """One for setting up, one for asking."""

    personalize: "PersonalizeClient"
    runtime: "PersonalizeRuntimeClient"
    made_up: bool
    """Whether they sign with credentials made up for want of any."""


def open_clients(endpoint: str) -> Clients:
    """Clients of one endpoint; the region is the AWS environment's, or else us-east-1.

    An engine without access keys takes any credentials, so on this machine made-up ones do where
    none are configured.
    An endpoint of Amazon's names its region, in which the SDK finds those of the other services.
    Raises ProvisionError where the AWS environment names what is not configured.
    """
    try:
        return _open(endpoint)
    except (BotoCoreError, ValueError) as error:
        raise ProvisionError(f"{endpoint} cannot be asked: {error}") from error


def _open(endpoint: str) -> Clients:
    host = urlsplit(endpoint).hostname or ""
    amazon = AMAZON.fullmatch(host)
    local = is_this_machine(host)
    made_up = local and not has_credentials()
    session = _session(amazon["region"] if amazon else None, local=local, made_up=made_up)
    url = None if amazon else endpoint
    config = _NEAR if local else Config()
    return Clients(
        session.client("personalize", endpoint_url=url, config=config),
        session.client("personalize-runtime", endpoint_url=url, config=config),
        made_up,
    )


def is_this_machine(host: str) -> bool:
    """Whether a name or an address is the loopback interface."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def has_credentials() -> bool:
    """Whether the AWS environment has any, its machine's role aside."""
    return _core(local=True).get_credentials() is not None


def _core(*, local: bool) -> botocore.session.Session:
    core = botocore.session.get_session()
    if local:
        # Asking the instance's metadata service takes seconds where there is none.
        core.get_component("credential_provider").remove("iam-role")
    return core


def _session(region: str | None, *, local: bool, made_up: bool) -> boto3.Session:
    core = _core(local=local)
    if made_up:
        core.set_credentials(_ANY_KEY, _ANY_KEY)
    named = region or core.get_config_variable("region") or _REGION
    return boto3.Session(botocore_session=core, region_name=named)
