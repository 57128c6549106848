"""`aisle load`: files of reviews, films, baskets or events as CSV files for an import."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.table import Table

from aisle.cli.load_options import (
    Anonymous,
    ColdItems,
    Core,
    DropDuplicates,
    EventType,
    KeepGoing,
    OfNobody,
    Seed,
    Since,
    Until,
    load_options,
)
from aisle.cli.terminal import OutDir, console, errors_said, one_bar

if TYPE_CHECKING:
    from aisle.loading import FileReport, LoadReport

_MOST_REASONS = 5
_MOST_UNUSED = 12
_COUNTS: dict[str, Callable[["FileReport"], int]] = {
    "rows": lambda file: file.rows,
    "kept": lambda file: file.kept,
    "rejected": lambda file: file.rejected,
    "merged": lambda file: file.merged,
    "repeated": lambda file: file.duplicates,
    "filtered": lambda file: (
        file.outside_time + file.duplicates_dropped + file.outside_core + file.cold_dropped
    ),
}


def load_files(  # noqa: PLR0917 - typer gives each option by name
    files: Annotated[
        list[Path], typer.Argument(help="Files, plain or .gz, or folders of them.", exists=True)
    ],
    out: OutDir,
    core: Core = None,
    cold_items: ColdItems = None,
    since: Since = None,
    until: Until = None,
    event_type: EventType = None,
    seed: Seed = 0,
    drop_duplicates: DropDuplicates = False,
    anonymous: OfNobody = Anonymous.reject,
    keep_going: KeepGoing = False,
    json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Turn reviews, metadata, event logs, films, baskets or Personalize files into one data set.

    What each file is shows in its content. Every row that is left out is counted with the reason,
    and stands in rejected.jsonl.
    """
    from aisle.loading import LoadError, load  # noqa: PLC0415 - Polars takes its time

    options = load_options(
        core=core,
        cold_items=cold_items,
        since=since,
        until=until,
        event_type=event_type,
        seed=seed,
        drop_duplicates=drop_duplicates,
        anonymous=anonymous,
        keep_going=keep_going,
    )
    with errors_said(LoadError), one_bar() as tell:
        report = load(files, out, options, tell)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(report)).decode())
    else:
        _say(report, out)


def _say(report: "LoadReport", out: Path) -> None:
    console.print(_table(report))
    for file in report.files:
        _say_file(file)
    for ignored in report.ignored:
        _line(f"{ignored.file}: ignored: {ignored.reason}")
    for note in report.notes:
        _line(note.text)
    times = [t for t in (report.first_time, report.last_time) if t is not None]
    span = " to ".join(f"{datetime.fromtimestamp(time, UTC):%Y-%m-%d}" for time in times)
    _line(
        f"{report.interactions:,} interactions of {report.users:,} users with {report.items:,} "
        f"items{', ' if span else ''}{span}; {report.items_described:,} items and "
        f"{report.users_described:,} users described."
    )
    _line(f"Written to {out}. Next: aisle diagnose {out}, or aisle import {out}")


def _say_file(file: "FileReport") -> None:
    name = Path(file.file).name
    packed = f", {file.compression}" if file.compression else ""
    _line(f"{name}: {file.layout}{packed}")
    for rejection in file.rejections[:_MOST_REASONS]:
        example = rejection.examples[0]
        _line(f"  {rejection.count:,} rejected: {rejection.reason} (line {example.line})")
    more = file.rejections[_MOST_REASONS:]
    if more:
        _line(f"  {sum(r.count for r in more):,} rejected for {len(more)} more reasons")
    unused = [column.name for column in file.columns if column.meaning is None]
    if unused:
        _line(f"  not used: {', '.join(unused[:_MOST_UNUSED])}{_more(unused)}")
    for note in file.notes:
        _line(f"  {f'{note.count:,} ' if note.count else ''}{note.text}")
    if file.damage:
        _line(f"  {file.damage}", style="red")


def _more(names: list[str]) -> str:
    rest = len(names) - _MOST_UNUSED
    return f" and {rest} more" if rest > 0 else ""


def _line(text: str, style: str | None = None) -> None:
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def _table(report: "LoadReport") -> Table:
    table = Table("file", "holds")
    filled = [name for name, count in _COUNTS.items() if any(map(count, report.files))]
    for name in filled:
        table.add_column(name, justify="right", no_wrap=True)
    for file in report.files:
        numbers = (f"{_COUNTS[name](file):,}" for name in filled)
        table.add_row(Path(file.file).name, file.kind, *numbers)
    return table
