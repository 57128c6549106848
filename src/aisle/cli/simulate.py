"""`aisle simulate`: a store's data from a seed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from aisle.cli.terminal import OutDir, console, errors_said, moment, require_folder

if TYPE_CHECKING:
    from allstore.simulator import Settings, Written


class FileFormat(StrEnum):
    """Of the interactions."""

    CSV = "csv"
    PARQUET = "parquet"


def simulate(  # noqa: PLR0917 - typer gives each option by name
    out: OutDir,
    seed: Annotated[
        int | None, typer.Option(help="Another seed, another store.", show_default="0")
    ] = None,
    shoppers: Annotated[
        int | None,
        typer.Option(help="Shoppers.", show_default="6000 for each 675,000 interactions"),
    ] = None,
    products: Annotated[int | None, typer.Option(help="Products.", show_default="2465")] = None,
    interactions: Annotated[
        int | None, typer.Option(help="Events of all five types.", show_default="675000")
    ] = None,
    days: Annotated[
        int | None, typer.Option(help="How long the store is watched.", show_default="74")
    ] = None,
    end: Annotated[
        str | None,
        typer.Option(
            help="When that ends: an ISO date or time (UTC where it names no zone) or epoch "
            "seconds, of nine digits or more. The same output needs the same end.",
            show_default="the hour that has begun",
        ),
    ] = None,
    file_format: Annotated[
        FileFormat, typer.Option("--format", help="Of the interactions.")
    ] = FileFormat.CSV,
    settings: Annotated[
        Path | None,
        typer.Option(
            help="JSON with any of the simulator's settings, such as the simulation.json of an "
            "earlier run, which repeats it. The options above win over it.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="How many to use; the output is the same.",
            show_default="1, or as many as cores for millions of interactions",
        ),
    ] = None,
) -> None:
    """Write the data of a store that never was: items, users and what they did.

    Shoppers come in sessions, look for what they like, compare, and buy some
    of it; there are trends, seasons, offers and newcomers. simulation.json
    records every parameter: it repeats the run, and tells what shoppers like.
    """
    from allstore import simulator  # noqa: PLC0415 - the engine runs without the shop

    sizes = {
        "seed": seed,
        "shoppers": shoppers,
        "products": products,
        "interactions": interactions,
        "days": days,
    }
    given = {name: value for name, value in sizes.items() if value is not None}
    with errors_said(ValueError, OSError):
        if end is not None:
            given["end"] = moment("--end", end)
        if settings is None and interactions is not None and shoppers is None:
            given["shoppers"] = simulator.usual_shoppers(interactions)
        base = simulator.read_settings(settings) if settings else simulator.Settings()
        chosen = msgspec.structs.replace(base, **given)
    require_folder(out, "--out")
    with errors_said(ValueError, OSError), _progress() as progress:
        written = simulator.write(
            chosen,
            out,
            file_format=file_format.value,
            processes=processes,
            progress=progress,
        )
    console.print(_events(chosen, written))
    console.print(_files(out, written))
    console.print(
        f"Next: aisle diagnose {out}, aisle evaluate {out}"
        + (f", or aisle import {out} --domain ecommerce" if file_format == "csv" else ""),
        highlight=False,
        markup=False,
        soft_wrap=True,
    )


@contextmanager
def _progress() -> Iterator[Callable[[str, float], None]]:
    """A bar for each step, where somebody watches."""
    bars = Progress(
        TextColumn("{task.description:12}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    with bars:
        tasks = {step: bars.add_task(step, total=1.0) for step in ("Simulating", "Writing")}

        def hear(step: str, share: float) -> None:
            bars.update(tasks[step], completed=share)

        yield hear


def _events(settings: "Settings", written: "Written") -> Table:
    from allstore.simulator import EVENTS  # noqa: PLC0415 - the engine runs without the shop

    end = datetime.fromtimestamp(settings.end, UTC)
    table = Table(
        title=f"{settings.shoppers:,} shoppers, {settings.products:,} products, "
        f"{settings.days} days until {end:%Y-%m-%d %H:%M} UTC, seed {settings.seed}",
        title_justify="left",
    )
    table.add_column("event")
    table.add_column("rows", justify="right")
    table.add_column("per 100 views", justify="right")
    for name, count in zip(EVENTS, written.kinds, strict=True):
        table.add_row(name, f"{count:,}", f"{100 * count / max(written.kinds[0], 1):.1f}")
    table.add_section()
    table.add_row("all", f"{sum(written.kinds):,}", "")
    table.add_row("sessions", f"{written.sessions:,}", "")
    return table


def _files(out: Path, written: "Written") -> Table:
    table = Table(title=f"In {out}", title_justify="left")
    table.add_column("file")
    table.add_column("kB", justify="right")
    for file in written.files:
        table.add_row(str(file.relative_to(out)), f"{file.stat().st_size / 1000:,.0f}")
    return table
