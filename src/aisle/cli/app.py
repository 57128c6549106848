"""The subcommands together."""

from importlib.metadata import version
from typing import Annotated

import typer

from aisle.cli.demo import demo
from aisle.cli.diagnose import diagnose
from aisle.cli.evaluate import evaluate
from aisle.cli.fill import fill
from aisle.cli.import_ import import_
from aisle.cli.jobs import jobs
from aisle.cli.keys import app as keys
from aisle.cli.load import load_files
from aisle.cli.serve import serve
from aisle.cli.simulate import simulate

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
)
app.command()(demo)
app.command("import")(import_)
app.command()(serve)
app.command()(jobs)
app.add_typer(keys, name="keys")
app.command("load")(load_files)
app.command()(fill)
app.command()(diagnose)
app.command()(simulate)
app.command()(evaluate)


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
