"""`aisle evaluate --data`: models side by side on any data set."""

from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, TypeVar

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from aisle.cli.terminal import console, errors_said, fail, one_bar
from aisle.cli.watching import bars, watch

if TYPE_CHECKING:
    from aisle.evaluation.protocols import Protocol
    from aisle.offline import Contender, Evaluation

Named = TypeVar("Named", bound=StrEnum)
ALWAYS = ("popularity", "recent-popularity")
"""Baselines that stand beside every recipe."""
ACCURACY = ("ndcg", "ndcg_published", "hit_rate", "mrr", "precision", "recall", "map")
BEYOND_ACCURACY = ("coverage", "novelty", "diversity", "gini", "cold_share")
WITH_INTERVAL = ("ndcg", "hit_rate")
"""In the terminal; files have the intervals of all."""
_WIDTH = 120
"""Of what goes into a file or a pipe."""
DEFAULT_RECIPE = "aws-user-personalization"


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line asks for."""

    data: tuple[Path, ...]
    protocol: str
    recipes: tuple[str, ...]
    baselines: tuple[str, ...]
    cutoffs: tuple[int, ...]
    share: float
    variant: str
    target_time: bool
    keep_seen: bool | None
    users: int | None
    seed: int
    json: Path | None
    html: Path | None


def evaluate_data(asked: Request) -> None:
    """Read, evaluate, show and write; ends the command with 2 where nothing could be evaluated."""
    from aisle.offline import evaluate  # noqa: PLC0415 - SciPy loads slowly
    from aisle.offline.reading import read  # noqa: PLC0415
    from aisle.offline.report import write_html  # noqa: PLC0415

    for option, file in (("--json", asked.json), ("--html", asked.html)):
        require_writable(option, file)
    with errors_said(ValueError, OSError), TemporaryDirectory(prefix="aisle-evaluate-") as work:
        protocol, models = _protocol(asked), _models(asked)
        with one_bar() as tell:
            data = read(asked.data, Path(work), tell)
        with bars() as shown:
            found = evaluate(
                data,
                protocol,
                models,
                dataset=", ".join(path.resolve().name for path in asked.data),
                cutoffs=asked.cutoffs,
                seed=asked.seed,
                most_users=asked.users,
                watch=watch(shown),
            )
    show(found)
    with errors_said(OSError):
        if asked.json:
            asked.json.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
        if asked.html:
            write_html(found, asked.html)
    for file in (asked.json, asked.html):
        if file:
            console.print(f"Written to {file}", highlight=False, markup=False, soft_wrap=True)
    if not set(asked.recipes) & set(found.models):
        fail("No recipe could be evaluated.")


def require_writable(option: str, file: Path | None) -> None:
    """Fail before the work where its outcome could not be written."""
    if file and not file.resolve().parent.is_dir():
        fail(f"{option} {file} cannot be written: there is no folder {file.resolve().parent}.")


def _protocol(asked: Request) -> "Protocol":
    from aisle.evaluation.protocols import Protocol, ProtocolName, Variant  # noqa: PLC0415

    return Protocol(
        name=_one_of("--protocol", ProtocolName, asked.protocol),
        variant=_one_of("--variant", Variant, asked.variant),
        seed=asked.seed,
        share=asked.share,
        target_time=asked.target_time,
        keep_seen=asked.keep_seen,
    )


def _one_of(option: str, known: type[Named], value: str) -> Named:
    try:
        return known(value)
    except ValueError:
        raise ValueError(f"{option} must be one of {', '.join(known)}; found {value}.") from None


def _models(asked: Request) -> "tuple[Contender, ...]":
    from aisle.offline import BASELINES, contenders  # noqa: PLC0415

    strange = [name for name in asked.baselines if name not in BASELINES]
    if strange:
        raise ValueError(f"--baseline must be one of {', '.join(BASELINES)}; found {strange[0]}.")
    return contenders((*ALWAYS, *asked.baselines, *asked.recipes))


def show(found: "Evaluation") -> None:
    """The table, how far the recipes are ahead, and what could not take part."""
    from aisle.offline.wording import differences, settings  # noqa: PLC0415

    wide = Console()
    to = wide if wide.is_terminal else Console(width=_WIDTH)
    for line in settings(found.setup):
        to.print(line, highlight=False, markup=False, soft_wrap=True)
    for names in (ACCURACY, BEYOND_ACCURACY):
        to.print(_table(found, names), "")
    for line in differences(found):
        to.print(line, highlight=False, markup=False, soft_wrap=True)
    for one in found.refusals:
        console.print(f"{one.model}: {one.reason}", style="yellow", markup=False)


def _table(found: "Evaluation", names: tuple[str, ...]) -> Table:
    from aisle.offline.wording import COLUMNS, cell  # noqa: PLC0415

    cutoff = found.setup.cutoffs[0]
    there = {row.metric for row in found.rows}
    shown = [name for name in names if f"{name}@{cutoff}" in there]
    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for name in (f"model, first {cutoff}", *(COLUMNS[name] for name in shown), "s"):
        table.add_column(
            name, justify="left" if name.startswith("model") else "right", no_wrap=True
        )
    for model in found.models:
        rows = {row.metric: row for row in found.rows if row.model == model}
        cells = [
            cell(rows.get(f"{name}@{cutoff}"), interval=name in WITH_INTERVAL) for name in shown
        ]
        seconds = next(iter(rows.values())).seconds
        table.add_row(model, *cells, f"{seconds:.1f}")
    return table
