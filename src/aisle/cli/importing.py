"""The steps of `aisle import`, from a prepared folder to an answer."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import typer

from aisle.cli.imported import Imported, tell
from aisle.cli.terminal import console, errors_said, fail, require_folder
from aisle.loading import LoadError, LoadOptions, load
from aisle.provisioning import (
    EngineError,
    EngineProcess,
    Plan,
    ProvisionError,
    RecommenderPlan,
    SolutionPlan,
    StepBars,
    free_port,
    in_use,
    open_clients,
    provision,
)
from aisle.provisioning.bucket import Bucket
from aisle.provisioning.clients import Clients
from aisle.provisioning.first_look import look
from aisle.provisioning.folder import datasets_in, is_prepared, on_this_machine
from aisle.provisioning.recipes import choose, recipes_of, with_recipes

_INTERRUPTED = 130
_TOO_FEW = ("fewer than 1000 interactions", "fewer than 25 users")


class Order(msgspec.Struct, frozen=True):
    """What `aisle import` was asked for, beside how to prepare the folder."""

    folder: Path
    """Holds the CSV files and their schemas."""
    name: str
    domain: str | None
    recipes: tuple[str, ...]
    data_dir: Path
    """Of the engine to start where no `endpoint` is given."""
    endpoint: str | None
    s3: str | None
    role_arn: str | None


def prepare(files: Sequence[Path], out: Path, options: LoadOptions) -> Path:
    """The folder to import: the one named, where it is prepared, or `out` after loading into it.

    Ends the command where nothing can be loaded.
    """
    if len(files) == 1 and is_prepared(files[0]):
        if options != LoadOptions():
            fail(f"{files[0]} is loaded already, and is imported as it is: leave out the options.")
        return files[0]
    with errors_said(LoadError, OSError), StepBars(console) as bars:
        report = load(
            files, out, options, lambda doing, share: bars.report("loading", share, doing)
        )
    rejected = sum(file.rejected for file in report.files)
    found = (
        f"{report.interactions:,} interactions of {report.users:,} users, {report.items:,} items"
    )
    lost = f"; {rejected:,} rows rejected: {out / 'rejected.jsonl'}" if rejected else ""
    console.print(f"Loaded {found}{lost}", markup=False, highlight=False, soft_wrap=True)
    return out


def run(order: Order) -> None:
    """Import, train, deploy, ask once, and say how to go on. Ends the command where it fails."""
    try:
        with _engine(order) as endpoint:
            imported = _run(order, open_clients(endpoint))
    except (EngineError, ProvisionError) as error:
        fail(f"{error}{_hint(str(error), order)}")
    except KeyboardInterrupt:
        console.print("Stopped. The same command goes on from here.")
        raise typer.Exit(_INTERRUPTED) from None
    tell(imported, order.endpoint, order.data_dir)


@contextmanager
def _engine(order: Order) -> Iterator[str]:
    """The endpoint given, or that of an engine which runs for as long as the block."""
    if order.endpoint:
        yield order.endpoint
        return
    require_folder(order.data_dir)
    if in_use(order.data_dir):
        fail(
            f"Another process works on {order.data_dir}. Stop it, or import through it: "
            "--endpoint http://127.0.0.1:8000"
        )
    log = order.data_dir / "engine.log"
    engine = EngineProcess(order.data_dir, order.folder, free_port(), log, os.environ)
    try:
        engine.wait_until_ready()
        yield engine.url
    finally:
        engine.stop()


def _run(order: Order, clients: Clients) -> Imported:
    recipes = choose(recipes_of(clients.personalize), order.recipes, order.domain)
    with StepBars(console) as bars:
        place = Bucket(order.s3, bars.report).place if order.s3 else on_this_machine
        datasets = datasets_in(order.folder, place)
        bare = Plan(order.name, datasets, domain=order.domain, role_arn=order.role_arn)
        plan = with_recipes(bare, recipes)
        made = provision(clients.personalize, plan, bars.report)
    answering = {**made.campaigns, **made.recommenders}
    trained: tuple[SolutionPlan | RecommenderPlan, ...] = (*plan.solutions, *plan.recommenders)
    return Imported(
        answering=answering,
        tracking_id=made.tracking_id,
        region=clients.personalize.meta.region_name,
        look=look(clients, trained[0].recipe, answering[trained[0].name], order.folder),
    )


def _hint(reason: str, order: Order) -> str:
    """What to do about a reason that the service gave; empty where it says so itself."""
    if "Insufficient privileges" in reason and order.endpoint:
        return f"\nStart that engine with --allow-path {order.folder.resolve()}, or import by --s3."
    if any(words in reason for words in _TOO_FEW):
        return (
            "\nA training needs 1,000 interactions, and 25 users with 2 or more each; "
            f"{order.folder} has fewer."
        )
    return ""
