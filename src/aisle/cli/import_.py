"""`aisle import`: from raw files to a recommender that answers, in one command."""

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from aisle.cli.load_options import (
    Anonymous,
    ColdItems,
    Core,
    DropDuplicates,
    EventType,
    KeepGoing,
    OfNobody,
    Seed,
    Since,
    Until,
    load_options,
)
from aisle.cli.terminal import DataDir, fail

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


class Domain(StrEnum):
    """As on the command line."""

    ECOMMERCE = "ecommerce"
    VIDEO_ON_DEMAND = "video-on-demand"


def import_(  # noqa: PLR0917 - typer gives each option by name
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Raw files, or one folder that `aisle load` or `aisle simulate` wrote.",
            exists=True,
            show_default=False,
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option(help="Of the dataset group.", show_default="the first file's or folder's"),
    ] = None,
    endpoint: Annotated[
        str | None,
        typer.Option(help="URL of a running engine.", show_default="one is started meanwhile"),
    ] = None,
    data_dir: DataDir = Path("aisle-data"),
    recipe: Annotated[
        list[str] | None,
        typer.Option(help="What to train. Repeatable.", show_default="what suits the domain"),
    ] = None,
    domain: Annotated[
        Domain | None, typer.Option(help="Of the dataset group.", show_default="a custom group")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the loaded files.", show_default="in the data directory"),
    ] = None,
    s3: Annotated[
        str | None,
        typer.Option(help="s3://bucket/prefix to send the files to and import them from."),
    ] = None,
    role_arn: Annotated[
        str | None, typer.Option(help="Role that reads the bucket, on Amazon Personalize.")
    ] = None,
    core: Core = None,
    cold_items: ColdItems = None,
    since: Since = None,
    until: Until = None,
    event_type: EventType = None,
    seed: Seed = 0,
    drop_duplicates: DropDuplicates = False,
    anonymous: OfNobody = Anonymous.reject,
    keep_going: KeepGoing = False,
) -> None:
    """Load files, import them, train, deploy, and show what is recommended.

    Run it again at any time: what is done stays, what failed is tried anew, and data that has
    changed is imported and trained on again.
    """
    from aisle.cli.importing import Order, run  # noqa: PLC0415 - boto3 loads slowly

    _check_endpoint(endpoint)
    group = _name(name, files[0])
    options = load_options(
        core=core,
        cold_items=cold_items,
        since=since,
        until=until,
        event_type=event_type,
        seed=seed,
        drop_duplicates=drop_duplicates,
        anonymous=anonymous,
        keep_going=keep_going,
    )
    run(
        Order(
            files=tuple(files),
            out=out or data_dir / "loaded" / group,
            options=options,
            name=group,
            named=name is not None,
            domain=domain.name if domain else None,
            recipes=tuple(recipe or ()),
            data_dir=data_dir,
            endpoint=endpoint,
            s3=s3,
            role_arn=role_arn,
        )
    )


def _name(given: str | None, file: Path) -> str:
    from aisle.provisioning import LONGEST_NAME  # noqa: PLC0415

    if given is None:
        stem = file.resolve().name.split(".")[0]
        cleaned = re.sub(r"[^A-Za-z0-9]+", "-", stem).strip("-")[:LONGEST_NAME].strip("-")
        return cleaned or "aisle"
    if not _NAME.fullmatch(given) or len(given) > LONGEST_NAME:
        fail(
            f"--name is {given!r}; it must be 1 to {LONGEST_NAME} letters, digits, hyphens and "
            "underscores and begin with a letter or digit."
        )
    return given


def _check_endpoint(endpoint: str | None) -> None:
    if endpoint is None:
        return
    if not _is_url(endpoint):
        fail(f"--endpoint is {endpoint!r}; it must be like http://127.0.0.1:8000.")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        port = parts.port  # raises ValueError for one that is none
    except ValueError:
        return False
    blank = any(sign.isspace() for sign in text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and port != 0 and not blank
