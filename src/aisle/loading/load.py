"""Files in, a folder of CSV files, schemas and a report out."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from aisle.loading.files import Found, find_files
from aisle.loading.finishing import Finished, finish
from aisle.loading.options import LoadError, LoadOptions, Progress, quiet
from aisle.loading.reading import FileReader
from aisle.loading.report import FileReport, LoadReport
from aisle.loading.spool import Rejects, Spool
from aisle.loading.staging import OUTPUTS, staged

_READING = 0.8
"""The share of the work that is reading."""


def load(
    paths: Sequence[Path],
    out: Path,
    options: LoadOptions = LoadOptions(),  # noqa: B008 - it is frozen
    progress: Progress = quiet,
) -> LoadReport:
    """Read files, and the files of folders, and write what they hold to `out`.

    `out` gets `interactions.csv`, `items.csv` and `users.csv` as far as there are such rows, their
    schemas, `products.json` where items may have titles, `report.json`, and in `rejected.jsonl`
    every row that was rejected. Raises LoadError and leaves `out` as it was where a file cannot be
    loaded or nothing can be kept. Memory depends on the number of ids, not of interactions.
    """
    target = out.resolve()
    found = find_files(paths, _written_before(target), keep_going=options.keep_going)
    _refuse_own_outputs(found, target)
    with staged(target) as stage:
        (stage / "work").mkdir()
        spool, files = _read(found, stage, options, progress)
        _refuse_nothing(files)
        finished = finish(spool, files, stage, options, progress)
        report = _report(paths, found, finished)
        (stage / "report.json").write_bytes(msgspec.json.format(msgspec.json.encode(report)))
        progress("done", 1.0)
    return report


def earlier(out: Path) -> LoadReport | None:
    """The report of the load that wrote to a folder; None where there is none to be read."""
    try:
        return msgspec.json.decode((out / "report.json").read_bytes(), type=LoadReport)
    except (OSError, msgspec.DecodeError):
        return None


def _written_before(out: Path) -> frozenset[Path]:
    report = earlier(out)
    return frozenset((out / name).resolve() for name in (OUTPUTS if report else ()))


def _refuse_own_outputs(found: Found, out: Path) -> None:
    targets = {(out / name).resolve() for name in OUTPUTS}
    for opened, _ in found.files:
        if opened.path.resolve() in targets:
            raise LoadError(f"{opened.path}: would be replaced; name another folder for --out.")


def _read(
    found: Found, stage: Path, options: LoadOptions, progress: Progress
) -> tuple[Spool, tuple[FileReport, ...]]:
    spool, rejects = Spool(stage / "work"), Rejects(stage / "rejected.jsonl")
    total = max(1, sum(opened.size for opened, _ in found.files))
    done, reports = 0, []

    def told(size: int) -> None:
        nonlocal done
        done += size
        progress(f"reading {name}", _READING * min(1.0, done / total))

    try:
        for number, (opened, what) in enumerate(found.files):
            name = opened.path.name
            reader = FileReader(opened, what, number, options)
            reports.append(reader.read(spool, rejects, told))
    finally:
        rejects.close()
        spool.close()
    return spool, tuple(reports)


def _refuse_nothing(files: Sequence[FileReport]) -> None:
    """Raise LoadError where no row of any file is sound."""
    if any(file.kept for file in files):
        return
    lines = [
        f"{file.file}: {file.rows:,} rows"
        + "".join(f"; {r.count:,} rejected: {r.reason}" for r in file.rejections[:5])
        + (f"; {file.outside_time:,} outside the time range" if file.outside_time else "")
        for file in files
    ]
    raise LoadError("\n".join(["Nothing could be kept.", *lines]))


def _report(paths: Sequence[Path], found: Found, finished: Finished) -> LoadReport:
    return LoadReport(
        files=finished.files,
        ignored=found.ignored,
        interactions=finished.events.interactions,
        users=finished.events.users,
        items=finished.events.items,
        first_time=finished.events.first_time,
        last_time=finished.events.last_time,
        items_described=finished.items_described,
        users_described=finished.users_described,
        notes=finished.notes,
        written=finished.written,
        sources=tuple(str(path.resolve()) for path in paths),
    )
