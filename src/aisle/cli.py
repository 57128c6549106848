"""The `aisle` command."""

from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console

from aisle.data.state import State
from aisle.jobs.lifeline import hold
from aisle.jobs.watching import show_jobs
from aisle.log import configure_logging
from aisle.server.supervisor import Supervisor, listen, url_of
from aisle.settings import Settings, is_loopback
from aisle.stopping import Stop

app = typer.Typer(
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
        typer.Option(
            help="A directory that file:// data locations may point into. Repeatable.",
            exists=True,
            file_okay=False,
        ),
    ] = None,
    allow_anyone: Annotated[
        bool,
        typer.Option(
            help="Listen beyond this machine although requests are not authenticated.",
            envvar="AISLE_ALLOW_ANYONE",
        ),
    ] = False,
    until_stdin_closes: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Serve the API: HTTP workers and a job worker over one data directory."""
    configure_logging()
    if until_stdin_closes:
        hold()
    if not is_loopback(host) and not allow_anyone:
        _fail(
            f"--host is {host}, which is not this machine alone, and requests are not "
            "authenticated. Listen on 127.0.0.1, or say --allow-anyone if that is meant."
        )
    given: dict[str, object] = {"data_dir": data_dir, "allow_anyone": allow_anyone}
    if allow_path:
        given["allow_path"] = tuple(allow_path)
    settings = _settings(**given)
    _require_folder(data_dir)
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
    settings = _settings(data_dir=data_dir)
    if not settings.database_url and not (data_dir / "aisle.db").exists():
        inside = data_dir / "engine" / "aisle.db"
        hint = f" Did you mean {inside.parent}?" if inside.exists() else ""
        _fail(f"There is no installation in {data_dir.resolve()}.{hint}")
    state = State(settings)
    if not show_jobs(state, _console, follow=follow):
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
    _require_folder(data_dir)
    Demo(data_dir.resolve(), port=port, store=store, open_browser=browser).run()


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"aisle {version('aisle')}")
        raise typer.Exit


@app.callback()
def common(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say it.")
    ] = False,
) -> None:
    """A recommendation engine that speaks Amazon Personalize's API on your own machines."""


def main() -> None:
    """Entry point of the console script."""
    app()


def _settings(**given: object) -> Settings:
    """The environment's settings under those given; what is refused is said, not raised."""
    try:
        return Settings.model_validate({**Settings().model_dump(), **given})
    except ValidationError as error:
        _fail("\n".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()))


def _require_folder(path: Path) -> None:
    """Fail where the folder is not one, cannot be made, or cannot be written to."""
    try:
        path.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path):
            pass
    except OSError as error:
        _fail(f"--data-dir {path} cannot be used: {error.strerror}.")


def _fail(message: str) -> NoReturn:
    _console.print(message, style="red")
    raise typer.Exit(2)
