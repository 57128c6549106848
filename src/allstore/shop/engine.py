"""The boto3 clients the shop speaks to the engine with, and what their failures mean."""

import functools
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from allstore.shop.settings import Settings

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient
    from types_boto3_personalize_events import PersonalizeEventsClient
    from types_boto3_personalize_runtime import PersonalizeRuntimeClient

LONGEST_DETAIL = 500
MOST_CALLS = 40
"""Calls at one time that a client keeps connections for."""

# A page waits for the engine, so it waits briefly: the shop has an answer of its own.
_BRIEF = Config(
    user_agent="AllStore",  # or the SDK makes one of a dozen parts for each call
    connect_timeout=1,
    read_timeout=2,
    retries={"mode": "standard", "total_max_attempts": 1},
    max_pool_connections=MOST_CALLS,
)


class Failure(msgspec.Struct, frozen=True):
    """A call that the engine did not fulfil."""

    code: str | None
    """The engine's error code; None where there is no answer at all."""
    detail: str
    """For who runs the shop; at most `LONGEST_DETAIL` characters: what is no engine may answer
    with a whole page.
    """

    @property
    def said(self) -> str:
        """For a visitor."""
        if self.code is None:
            return "The recommendation engine does not answer."
        return f"The recommendation engine answered {self.code}."


def failure(error: Exception) -> Failure:
    """Of whatever a call has raised: botocore reads an answer that is none of the engine's with an
    AttributeError, a TypeError or a ValueError.
    """
    if not isinstance(error, ClientError):
        kind = "" if isinstance(error, BotoCoreError) else "No answer of the engine: "
        return Failure(None, f"{kind}{error}"[:LONGEST_DETAIL])
    answered = error.response.get("Error", {})
    code = answered.get("Code", "an error")
    return Failure(code, f"{code}: {answered.get('Message', '')}"[:LONGEST_DETAIL])


def runtime_client(settings: Settings) -> "PersonalizeRuntimeClient":
    return _session(settings).client(
        "personalize-runtime", endpoint_url=settings.endpoint_url, config=_reached(settings, _BRIEF)
    )


def events_client(settings: Settings) -> "PersonalizeEventsClient":
    return _session(settings).client(
        "personalize-events", endpoint_url=settings.endpoint_url, config=_reached(settings, _BRIEF)
    )


def control_client(settings: Settings) -> "PersonalizeClient":
    """For setting the store up, which may take its time."""
    return _session(settings).client(
        "personalize", endpoint_url=settings.endpoint_url, config=_reached(settings, Config())
    )


def _reached(settings: Settings, config: Config) -> Config:
    """An engine on this machine is not asked through a proxy, whatever the environment says."""
    host = urlsplit(settings.endpoint_url or "").hostname
    if host in {"127.0.0.1", "localhost", "::1"}:
        return config.merge(Config(proxies={}))
    return config


def _session(settings: Settings) -> boto3.Session:
    secret = settings.secret_access_key
    return _opened(
        settings.access_key_id, secret.get_secret_value() if secret else None, settings.region
    )


@functools.lru_cache(maxsize=4)
def _opened(key_id: str | None, secret: str | None, region: str) -> boto3.Session:
    """One session for both clients: opening one reads the SDK's models from disk."""
    return boto3.Session(aws_access_key_id=key_id, aws_secret_access_key=secret, region_name=region)
