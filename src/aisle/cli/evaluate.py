"""`aisle evaluate`: models on any data, or against the truth of a simulated store."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from aisle.cli.evaluate_data import DEFAULT_RECIPE, Request, evaluate_data, require_writable
from aisle.cli.terminal import console, errors_said, fail
from aisle.cli.watching import bars, watch

if TYPE_CHECKING:
    from aisle.data.interactions import Interactions
    from aisle.offline import Judgement, Truth
    from allstore.simulator import Settings

_MOST_USERS = 6000
_BAR = 8
"""Width of the bar that stands for the ceiling."""
_STRANGER = "{store}: {stranger} is not of the simulation that simulation.json describes."


def evaluate(  # noqa: PLR0917 - typer gives each option by name
    store: Annotated[
        Path | None,
        typer.Argument(help="Folder that `aisle simulate` wrote; its truth is the judge."),
    ] = None,
    data: Annotated[
        list[Path] | None,
        typer.Option(help="Any data instead: what `aisle load` reads or wrote. Repeatable."),
    ] = None,
    protocol: Annotated[
        str,
        typer.Option(
            help="With --data: leave-one-out, time-split, personalize or percent-holdout."
        ),
    ] = "leave-one-out",
    model: Annotated[
        list[str] | None,
        typer.Option(
            "--recipe",
            "--model",
            help="A recipe, or without --data one of random, popularity, recent-popularity, "
            "item-knn and ease too. Repeatable.",
            show_default="aws-user-personalization, and without --data the baselines",
        ),
    ] = None,
    baseline: Annotated[
        list[str] | None,
        typer.Option(
            help="With --data: item-knn, ease or random beside popularity and recent-popularity, "
            "which are always there. Repeatable."
        ),
    ] = None,
    cutoff: Annotated[
        list[int] | None,
        typer.Option(
            min=1, help="With --data: places of a list that count. Repeatable.", show_default="10"
        ),
    ] = None,
    share: Annotated[
        float,
        typer.Option(
            help="With --data: what is held out: of the users (personalize), of all events "
            "(time-split), of each user's events (percent-holdout)."
        ),
    ] = 0.1,
    variant: Annotated[
        str, typer.Option(help="Of time-split: the first, last or successive events to find.")
    ] = "first",
    target_time: Annotated[
        bool,
        typer.Option(
            "--target-time/--blind",
            help="With --data: ask at the time of the event to be found, or at that of the last "
            "event given.",
        ),
    ] = True,
    keep_seen: Annotated[
        bool | None,
        typer.Option(
            "--keep-seen/--drop-seen",
            help="With --data: whether items already had may be recommended.",
            show_default="kept with personalize alone",
        ),
    ] = None,
    users: Annotated[
        int | None,
        typer.Option(
            min=1, help="Users to ask about, at most.", show_default="6000, or with --data all"
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(min=0, help="Of the models, of who is asked, and for what.")
    ] = 0,
    json: Annotated[Path | None, typer.Option(help="File for the numbers.")] = None,
    html: Annotated[Path | None, typer.Option(help="With --data: file for the report.")] = None,
) -> None:
    """Compare recommenders: by what people did next, or by the truth of a simulated store.

    With --data, models learn from a part of any data set and are asked for the rest, as the
    protocol says. Numbers come with 95 % intervals, and with how far each recipe is ahead of the
    best baseline.

    With a simulated store, lists that know the shoppers take part. The models learn from the older
    nine tenths of the events. Of each shopper one later event with
    a product that was new to the shopper is to be found among all that the shopper had never seen,
    given all that the shopper did before it. HR@10 and NDCG@10 say how well, and "of ceiling" how
    near that is to the list by the true probabilities. Regret asks for something else, lasting
    taste: what the ten products that the shopper likes best are worth more than the ten
    recommended, in units of the noise of a choice.
    """
    if data:
        if store:
            fail(f"Name either the simulated store {store} or --data, not both.")
        evaluate_data(
            Request(
                data=tuple(data),
                protocol=protocol,
                recipes=tuple(model or (DEFAULT_RECIPE,)),
                baselines=tuple(baseline or ()),
                cutoffs=tuple(cutoff or (10,)),
                share=share,
                variant=variant,
                target_time=target_time,
                keep_seen=keep_seen,
                users=users,
                seed=seed,
                json=json,
                html=html,
            )
        )
    elif store:
        _judge(store, tuple(model or ()), users or _MOST_USERS, seed, json)
    else:
        fail("Name a folder that `aisle simulate` wrote, or data with --data.")


def _judge(store: Path, models: tuple[str, ...], users: int, seed: int, json: Path | None) -> None:
    from aisle.offline import contenders, judge  # noqa: PLC0415 - SciPy loads slowly
    from aisle.offline.contenders import DEFAULT  # noqa: PLC0415

    require_writable("--json", json)
    with errors_said(ValueError, OSError):
        entrants = contenders(models or DEFAULT)
        settings = _settings(store)
        data = _interactions(store)
        truth = _truth(store, settings, data)
        with bars() as shown:
            try:
                found = judge(data, truth, entrants, seed=seed, most=users, watch=watch(shown))
            except KeyError as error:
                fail(_STRANGER.format(store=store, stranger=error))
    console.print(_table(found))
    for refusal in found.refusals:
        console.print(f"{refusal.model}: {refusal.reason}", style="yellow", markup=False)
    if json:
        with errors_said(OSError):
            json.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
        console.print(f"Written to {json}", highlight=False, markup=False, soft_wrap=True)


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
