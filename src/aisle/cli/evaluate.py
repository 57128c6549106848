"""`aisle evaluate`: models against the truth of a simulated store."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.box import SIMPLE_HEAD
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from aisle.cli.terminal import console, errors_said, fail

if TYPE_CHECKING:
    from aisle.data.interactions import Interactions
    from aisle.offline import Judgement, Truth, Watch
    from allstore.simulator import Settings

_BAR = 8
"""Width of the bar that stands for the ceiling."""
_STRANGER = "{store}: {stranger} is not of the simulation that simulation.json describes."


def evaluate(
    store: Annotated[Path, typer.Argument(help="Folder that `aisle simulate` wrote.")],
    model: Annotated[
        list[str] | None,
        typer.Option(
            help="A recipe, or one of random, popularity, recent-popularity, item-knn and ease. "
            "Repeatable.",
            show_default="the baselines and aws-user-personalization",
        ),
    ] = None,
    users: Annotated[int, typer.Option(min=1, help="Users to ask about, at most.")] = 6000,
    seed: Annotated[
        int, typer.Option(min=0, help="Of the models, of who is asked, and for what.")
    ] = 0,
    json: Annotated[Path | None, typer.Option(help="File for the numbers.")] = None,
) -> None:
    """Compare recommenders on a simulated store with lists that know the shoppers.

    The models learn from the older nine tenths of the events. Of each shopper one later event with
    a product that was new to the shopper is to be found among all that the shopper had never seen,
    given all that the shopper did before it. HR@10 and NDCG@10 say how well, and "of ceiling" how
    near that is to the list by the true probabilities. Regret asks for something else, lasting
    taste: what the ten products that the shopper likes best are worth more than the ten
    recommended, in units of the noise of a choice.
    """
    from aisle.offline import contenders, judge  # noqa: PLC0415 - SciPy loads slowly
    from aisle.offline.contenders import DEFAULT  # noqa: PLC0415

    _require_writable(json)
    with errors_said(ValueError, OSError):
        entrants = contenders(tuple(model or DEFAULT))
        settings = _settings(store)
        data = _interactions(store)
        truth = _truth(store, settings, data)
        with _progress() as shown:
            try:
                found = judge(data, truth, entrants, seed=seed, most=users, watch=_watch(shown))
            except KeyError as error:
                fail(_STRANGER.format(store=store, stranger=error))
    console.print(_table(found))
    for refusal in found.refusals:
        console.print(f"{refusal.model}: {refusal.reason}", style="yellow", markup=False)
    if json:
        with errors_said(OSError):
            json.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
        console.print(f"Written to {json}", highlight=False, markup=False, soft_wrap=True)


def _require_writable(json: Path | None) -> None:
    if json and not json.resolve().parent.is_dir():
        fail(f"--json {json} cannot be written: there is no folder {json.resolve().parent}.")


def _settings(store: Path) -> "Settings":
    from allstore import simulator  # noqa: PLC0415 - the engine runs without the shop

    recorded = store / "simulation.json"
    if not store.is_dir():
        fail(f"There is no folder {store}.")
    if not recorded.exists():
        fail(f"{store} has no simulation.json: only `aisle simulate` knows the truth of its data.")
    return simulator.read_settings(recorded)


def _interactions(store: Path) -> "Interactions":
    """Raises ValueError or OSError where the store's events cannot be read."""
    import polars as pl  # noqa: PLC0415

    from aisle.data.interactions import Interactions  # noqa: PLC0415

    table = store / "interactions.parquet"
    file = table if table.exists() else store / "interactions.csv"
    columns = dict.fromkeys(("ITEM_ID", "USER_ID", "EVENT_TYPE"), pl.String)
    try:
        frame = (
            pl.read_parquet(file)
            if file == table
            else pl.read_csv(file, schema_overrides={**columns, "TIMESTAMP": pl.Int64})
        )
        chosen = frame.select(*columns, "TIMESTAMP")
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"{file}: {error}") from error
    empty = [name for name, count in chosen.null_count().row(0, named=True).items() if count]
    if empty:
        raise ValueError(f"{file}: {empty[0]} is missing in some rows; the file is not whole.")
    return Interactions.from_frame(chosen)


def _truth(store: Path, settings: "Settings", data: "Interactions") -> "Truth":
    from allstore import simulator  # noqa: PLC0415

    try:
        return simulator.Oracle(simulator.Truth.of(settings), list(data.items))
    except KeyError as error:
        fail(_STRANGER.format(store=store, stranger=error))


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:28}"),
        BarColumn(),
        TextColumn("{task.fields[words]}"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def _watch(shown: Progress) -> "Watch":
    """A bar for each model."""
    tasks = {}

    def watch(name: str, share: float, words: str) -> None:
        if name not in tasks:
            tasks[name] = shown.add_task(name, total=1.0)
        shown.update(tasks[name], completed=share, words=words)

    return watch


def _table(found: "Judgement") -> Table:
    table = Table(
        box=SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
        title=f"{found.events:,} events of {found.users:,} users with {found.items:,} items; "
        f"{found.asked:,} users asked, seed {found.seed}",
        title_justify="left",
    )
    for name in ("model", "HR@10", "NDCG@10", "± s.e.", "of ceiling", "regret", "s"):
        left = name in {"model", "of ceiling"}
        table.add_column(name, justify="left" if left else "right", no_wrap=True)
    for one in found.standings:
        bar = "█" * round(_BAR * one.of_ceiling)
        table.add_row(
            one.model,
            f"{one.hit_rate:.4f}",
            f"{one.ndcg:.4f}",
            f"{one.ndcg_error:.4f}",
            f"{bar:{_BAR}} {one.of_ceiling:4.0%}",
            f"{one.regret:.2f}",
            f"{one.seconds:.1f}",
        )
    return table
