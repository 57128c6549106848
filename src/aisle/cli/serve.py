"""`aisle serve`: the engine's processes over one data directory."""

from pathlib import Path
from typing import Annotated

import typer

from aisle.cli.keys import keys_of
from aisle.cli.terminal import DataDir, console, fail, require_folder, settings_with
from aisle.jobs.lifeline import hold
from aisle.local_aws.services import installed
from aisle.log import configure_logging
from aisle.server.supervisor import Supervisor, listen, url_of
from aisle.settings import Settings, is_loopback
from aisle.stopping import Stop

Port = Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")]


def serve(  # noqa: PLR0917 - typer gives each option by name
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Port = 8000,
    data_dir: DataDir = Path("aisle-data"),
    workers: Annotated[int, typer.Option(min=1, help="HTTP workers.")] = 1,
    allow_path: Annotated[
        list[Path] | None,
        typer.Option(
            help="A directory that file:// data locations may point into. Repeatable.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    allow_anyone: Annotated[
        bool,
        typer.Option(
            help="Listen beyond this machine although there are no access keys.",
            envvar="AISLE_ALLOW_ANYONE",
        ),
    ] = False,
    strict_quotas: Annotated[
        bool,
        typer.Option(
            help="Hold callers to Amazon Personalize's quotas of resources and request rates.",
            envvar="AISLE_STRICT_QUOTAS",
        ),
    ] = False,
    local_aws: Annotated[
        bool,
        typer.Option(
            help="Answer for S3, IAM, STS, SSM and others too, from memory, for this run only.",
            envvar="AISLE_LOCAL_AWS",
        ),
    ] = False,
    until_stdin_closes: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Serve the API: HTTP workers and a job worker over one data directory."""
    configure_logging()
    if until_stdin_closes:
        hold()
    given: dict[str, object] = {
        "data_dir": data_dir,
        "workers": workers,
        "allow_anyone": allow_anyone,
        "strict_quotas": strict_quotas,
        "local_aws": local_aws,
    }
    if allow_path:
        given["allow_path"] = tuple(allow_path)
    settings = settings_with(**given)
    require_folder(data_dir)
    if local_aws:
        _require_local_aws(workers)
    _require_keys(host, settings)
    try:
        listener = listen(host, port)
    except OSError as error:
        fail(f"Cannot listen on {host}:{port}: {error.strerror}.")
    Supervisor(settings, listener).run(
        Stop(),
        ready=lambda: console.print(
            f"Aisle listens on [bold]{url_of(listener)}[/] "
            f"with its data in {settings.data_dir.resolve()}",
            soft_wrap=True,
        ),
    )


def _require_local_aws(workers: int) -> None:
    """End the command where the other services cannot be answered for."""
    if workers > 1:
        fail(
            f"--workers is {workers}, but --local-aws keeps its buckets and roles in the memory of "
            "one process: leave --workers at 1."
        )
    if not installed():
        fail("--local-aws needs an optional part of Aisle: pip install 'aisle[local-aws]'")


def _require_keys(host: str, settings: Settings) -> None:
    """End the command where anyone from beyond this machine would be let in unasked."""
    if is_loopback(host) or settings.allow_anyone:
        return
    with keys_of(settings) as keys:
        exist = keys.exist()
    if not exist:
        fail(
            f"--host is {host}, which is not this machine alone, and there are no access keys: "
            "anyone could call it. Make a key first:\n"
            f"  aisle keys create --data-dir {settings.data_dir}\n"
            "Or listen on 127.0.0.1, or say --allow-anyone if that is meant."
        )
