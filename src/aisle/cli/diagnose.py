"""`aisle diagnose`: whether data is fit for training."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from aisle.cli.terminal import console, errors_said, fail, one_bar, require_folder

if TYPE_CHECKING:
    from aisle.diagnosis import Diagnosis, Finding

_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}
_STDOUT = Path("-")


def diagnose(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="A folder with interactions.csv (and items, users, schemas), such files, or "
            "Parquet; or anything that `aisle load` takes."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for diagnosis.html and diagnosis.json; made where missing."),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="File for the report alone.")] = None,
    json: Annotated[
        Path | None, typer.Option(help="File for the findings as JSON; - is standard output.")
    ] = None,
) -> None:
    """Tell whether data is fit for training: what is wrong, what it means and what to do.

    Ends with 0 where training can start, 1 where an error stands against it, and 2 where the data
    cannot be read.
    """
    from aisle.diagnosis import ReadError, diagnose_paths  # noqa: PLC0415 - it takes a while

    if out:
        require_folder(out, "--out")
        html, json = html or out / "diagnosis.html", json or out / "diagnosis.json"
    with (
        TemporaryDirectory(prefix="aisle-diagnose-") as work,
        errors_said(ReadError),
        one_bar() as tell,
    ):
        found = diagnose_paths(paths, Path(work), tell)
    _say(found, console if json == _STDOUT else Console())
    _write(found, html, json, paths)
    if found.fit:
        again = " ".join(map(str, paths))
        console.print(f"Next: aisle import {again}", highlight=False, markup=False, soft_wrap=True)
    raise typer.Exit(0 if found.fit else 1)


def _say(found: "Diagnosis", to: Console) -> None:
    from aisle.diagnosis import wording  # noqa: PLC0415

    summary = found.summary
    to.print(
        f"{wording.several(summary.rows, 'interaction')} of "
        f"{wording.several(summary.users, 'user')} with {wording.several(summary.items, 'item')}, "
        f"{wording.dates(summary)}",
        highlight=False,
    )
    wrong = [one for one in found.findings if one.severity != "ok"]
    if wrong:
        to.print(_findings(wrong))
    if any(not one.ready for one in found.recipes):
        to.print(_recipes(found))
    colour = "green" if found.fit else "red"
    to.print(f"[bold {colour}]{wording.verdict(found)}[/]: {wording.tally(found)}", highlight=False)


def _findings(wrong: "list[Finding]") -> Table:
    from aisle.diagnosis import wording  # noqa: PLC0415

    table = Table(show_lines=True)
    for name in ("", "found", "measured", "allowed"):
        table.add_column(name, justify="right" if name == "measured" else "left")
    for one in wrong:
        examples = "".join(f"\n[dim]  {escape(example)}[/]" for example in one.examples)
        table.add_row(
            f"[{_COLOURS[one.severity]}]{one.severity}[/]",
            f"[bold]{escape(one.title)}[/] [dim]({one.id})[/]\n{escape(one.advice)}{examples}",
            wording.measured(one),
            wording.threshold(one),
        )
    return table


def _recipes(found: "Diagnosis") -> Table:
    table = Table()
    table.add_column("recipe that cannot train yet", no_wrap=True)
    table.add_column("it needs")
    for one in found.recipes:
        if not one.ready:
            table.add_row(escape(one.recipe), escape("\n".join(one.missing)))
    return table


def _write(found: "Diagnosis", html: Path | None, json: Path | None, paths: list[Path]) -> None:
    from aisle.diagnosis import write_html  # noqa: PLC0415

    encoded = msgspec.json.format(msgspec.json.encode(found))
    if html:
        with _telling_of(html):
            write_html(found, html, name=", ".join(path.resolve().name for path in paths))
    if json == _STDOUT:
        typer.echo(encoded)
    elif json:
        with _telling_of(json):
            json.write_bytes(encoded + b"\n")


@contextmanager
def _telling_of(path: Path) -> Iterator[None]:
    """Say that the file is written, or end the command with why it cannot be."""
    try:
        yield
    except OSError as error:
        fail(f"{path} cannot be written: {error.strerror}.")
    console.print(f"Written to {path}", highlight=False, soft_wrap=True, markup=False)
