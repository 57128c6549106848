"""The `aisle` command."""

import ipaddress
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from aisle.data.state import State
from aisle.jobs.lifeline import hold
from aisle.log import configure_logging
from aisle.records import RECORD_TYPES, Status
from aisle.server.supervisor import Supervisor, listen, url_of
from aisle.settings import Settings
from aisle.stopping import Stop

app = typer.Typer(
    help="A recommendation engine that speaks Amazon Personalize's API on your own machines.",
    no_args_is_help=True,
    add_completion=False,
)
_console = Console(stderr=True)

DataDir = Annotated[Path, typer.Option(help="Where everything is kept.", envvar="AISLE_DATA_DIR")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")]


@app.command()
def serve(  # noqa: PLR0917 - typer gives each option by name
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Port = 8000,
    data_dir: DataDir = Path("aisle-data"),
    workers: Annotated[int, typer.Option(min=1, help="HTTP workers.")] = 1,
    allow_path: Annotated[
        list[Path] | None,
        typer.Option(help="A directory that file:// data locations may point into. Repeatable."),
    ] = None,
    allow_anyone: Annotated[
        bool,
        typer.Option(help="Listen beyond this machine although requests are not authenticated."),
    ] = False,
    until_stdin_closes: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Serve the API: HTTP workers and a job worker over one data directory."""
    configure_logging()
    if until_stdin_closes:
        hold()
    if not _is_loopback(host) and not allow_anyone:
        _fail(
            f"--host is {host}, which other machines can reach, and requests are not "
            "authenticated. Listen on 127.0.0.1, or say --allow-anyone if that is meant."
        )
    given: dict[str, object] = {"data_dir": data_dir, "allow_anyone": allow_anyone}
    if allow_path:
        given["allow_path"] = tuple(allow_path)
    settings = Settings.model_validate({**Settings().model_dump(), **given})
    try:
        listener = listen(host, port)
    except OSError as error:
        _fail(f"Cannot listen on {host}:{port}: {error.strerror}.")
    Supervisor(settings, listener, workers).run(
        Stop(),
        ready=lambda: _console.print(
            f"Aisle listens on [bold]{url_of(listener)}[/] "
            f"with its data in {settings.data_dir.resolve()}",
            soft_wrap=True,
        ),
    )


@app.command()
def jobs(
    data_dir: DataDir = Path("aisle-data"),
    follow: Annotated[bool, typer.Option(help="Stay, until nothing is left to do.")] = False,
) -> None:
    """Show the imports and trainings under way."""
    settings = Settings.model_validate({**Settings().model_dump(), "data_dir": data_dir})
    if not settings.database_url and not (data_dir / "aisle.db").exists():
        _fail(f"There is no installation in {data_dir.resolve()}.")
    state = State(settings)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[note]}"))
    with Progress(*columns, console=_console) as bars:
        tasks = {}
        while running := _running(state):
            for arn, share, note in running:
                if arn not in tasks:
                    tasks[arn] = bars.add_task(arn.split(":", 5)[-1], total=1.0, note=note)
                bars.update(tasks[arn], completed=share, note=note)
            if not follow:
                break
            time.sleep(0.5)
    if not tasks:
        _console.print("Nothing is under way.")
    state.close()


@app.command()
def demo(  # noqa: PLR0917 - as serve
    port: Annotated[int, typer.Option(min=1, max=65534, help="Port of the shop.")] = 8000,
    data_dir: DataDir = Path("demo-data"),
    seed: Annotated[int, typer.Option(help="Seed of the simulated shoppers.")] = 0,
    shoppers: Annotated[int, typer.Option(min=50, help="Simulated shoppers.")] = 6000,
    products: Annotated[int, typer.Option(min=100, help="Simulated products.")] = 2465,
    interactions: Annotated[int, typer.Option(min=5000, help="Simulated events.")] = 675_000,
    browser: Annotated[bool, typer.Option(help="Open the shop in a browser.")] = True,
) -> None:
    """Simulate a store, train its recommenders through the API, and open the shop."""
    from allstore import simulator  # noqa: PLC0415 - the engine runs without the shop
    from allstore.demo import Demo  # noqa: PLC0415

    store = simulator.Settings(
        seed=seed, shoppers=shoppers, products=products, interactions=interactions
    )
    Demo(data_dir.resolve(), port=port, store=store, open_browser=browser).run()


def main() -> None:
    """Entry point of the console script."""
    app()


def _running(state: State) -> list[tuple[str, float, str]]:
    """ARN, share done and note of every resource that is being worked on."""
    found = []
    with state.read() as transaction:
        for record_type in RECORD_TYPES.values():
            for _, record in transaction.resources.page(record_type):
                if record.status in {Status.CREATE_PENDING, Status.CREATE_IN_PROGRESS}:
                    progress = transaction.resources.progress(record.arn)
                    share, note = (progress.share, progress.note) if progress else (0.0, "")
                    found.append((record.arn, share, note or "waiting"))
    return found


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _fail(message: str) -> None:
    _console.print(message, style="red")
    raise typer.Exit(2)
