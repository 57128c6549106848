"""The options of a load, on the command line."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from aisle.cli.terminal import errors_said, moment

if TYPE_CHECKING:
    from aisle.loading import LoadOptions


class Anonymous(StrEnum):
    """What becomes of purchases without a customer."""

    reject = "reject"
    invoice = "invoice"


Core = Annotated[
    int | None, typer.Option(min=1, help="Keep users and items with this many interactions.")
]
ColdItems = Annotated[
    float | None, typer.Option(min=0, max=1, help="Share of never used items to keep.")
]
Since = Annotated[str | None, typer.Option(help="First time to keep: a date or epoch.")]
Until = Annotated[str | None, typer.Option(help="First time not to keep.")]
EventType = Annotated[
    str | None,
    typer.Option(help="For rows without one: not Review, Rating, Interaction or Purchase."),
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of the draw of --cold-items.")]
DropDuplicates = Annotated[
    bool, typer.Option("--drop-duplicates", help="Keep the first of equal interactions.")
]
OfNobody = Annotated[
    Anonymous, typer.Option(help="Purchases of nobody: reject, or invoice as the user.")
]
KeepGoing = Annotated[
    bool, typer.Option("--keep-going", help="Keep what comes before a break in a file.")
]


def load_options(
    *,
    core: int | None,
    cold_items: float | None,
    since: str | None,
    until: str | None,
    event_type: str | None,
    seed: int,
    drop_duplicates: bool,
    anonymous: Anonymous,
    keep_going: bool,
) -> "LoadOptions":
    """Those given, checked; ends the command where one cannot be."""
    from aisle.loading import LoadError, LoadOptions  # noqa: PLC0415 - Polars loads slowly

    with errors_said(LoadError, ValueError):
        return LoadOptions(
            core=core,
            cold_items=cold_items,
            since=None if since is None else moment("--since", since),
            until=None if until is None else moment("--until", until),
            event_type=event_type,
            seed=seed,
            drop_duplicates=drop_duplicates,
            anonymous=anonymous.value,
            keep_going=keep_going,
        )
