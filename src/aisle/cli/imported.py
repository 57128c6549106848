"""What `aisle import` says at its end: what answers, what it answers, and how to ask."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import typer

from aisle.provisioning.clients import AMAZON
from aisle.provisioning.first_look import FirstLook

_SERVED_AT = "http://127.0.0.1:8000"
"""Where `aisle serve` listens unless told otherwise."""


class Imported(msgspec.Struct, frozen=True):
    """What answers now: ARNs of campaigns and recommenders by name, and one answer."""

    answering: Mapping[str, str]
    tracking_id: str | None
    region: str
    any_key: bool
    """Whether the engine was asked with made-up credentials."""
    look: FirstLook


def tell(imported: Imported, endpoint: str | None, data_dir: Path) -> None:
    """Print it to standard output."""
    look = imported.look
    lines = [
        f"User {look.user} took last: {'; '.join(look.taken)}",
        "and is recommended:",
        *(f"{rank:3}. {title}" for rank, title in enumerate(look.recommended, 1)),
        "",
        "What answers now:",
        *(f"  {name}: {arn}" for name, arn in imported.answering.items()),
        f"Send events with the tracking id {imported.tracking_id}.",
        "",
        *([] if endpoint else ["Serve it:", f"  aisle serve --data-dir {data_dir}", ""]),
        "Ask it, in Python:",
        "  import boto3",
        f"  runtime = boto3.client({', '.join(_client(endpoint or _SERVED_AT, imported))})",
        f"  print(runtime.{look.call})",
    ]
    typer.echo("\n".join(lines))


def _client(endpoint: str, imported: Imported) -> list[str]:
    """The arguments of the runtime's client."""
    arguments = ['"personalize-runtime"', f'region_name="{imported.region}"']
    host = urlsplit(endpoint).hostname or ""
    if not AMAZON.fullmatch(host):
        arguments.append(f'endpoint_url="{endpoint}"')
    if imported.any_key:
        arguments += ['aws_access_key_id="any"', 'aws_secret_access_key="any"']
    return arguments
