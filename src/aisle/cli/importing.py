"""The steps of `aisle import`, from a prepared folder to an answer."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import msgspec
import typer

from aisle.cli.imported import Imported, tell
from aisle.cli.terminal import console, errors_said, fail, require_folder
from aisle.loading import LoadError, LoadOptions, earlier, load
from aisle.provisioning import (
    EngineError,
    EngineProcess,
    Plan,
    ProvisionError,
    RecommenderPlan,
    SolutionPlan,
    StepBars,
    free_port,
    held,
    open_clients,
    provision,
)
from aisle.provisioning.bucket import Bucket
from aisle.provisioning.clients import Clients
from aisle.provisioning.first_look import look
from aisle.provisioning.folder import datasets_in, has_interactions, is_prepared, on_this_machine
from aisle.provisioning.recipes import Recipe, choose, recipes_of, with_recipes
from aisle.recipes.registry import recipes

_INTERRUPTED = 130
_TOO_FEW = ("fewer than 1000 interactions", "fewer than 25 users")


class Order(msgspec.Struct, frozen=True):
    """What `aisle import` was asked for."""

    files: tuple[Path, ...]
    """Raw files, or one folder that holds the CSV files and their schemas."""
    out: Path
    """Where raw files are loaded to."""
    options: LoadOptions
    name: str
    named: bool
    """Whether the name was given, and so may take the place of what goes by it."""
    domain: str | None
    recipes: tuple[str, ...]
    data_dir: Path
    """Of the engine to start where no `endpoint` is given."""
    endpoint: str | None
    s3: str | None
    role_arn: str | None

    @property
    def prepared(self) -> bool:
        """Whether there is nothing to load."""
        return len(self.files) == 1 and is_prepared(self.files[0])

    @property
    def folder(self) -> Path:
        """Holds the CSV files and their schemas once the files are loaded."""
        return self.files[0] if self.prepared else self.out


def run(order: Order) -> None:
    """Load, import, train, deploy, ask once, and say how to go on. Ends the command on failure."""
    try:
        _check(order)
        with _place(order):
            _prepare(order)
            with _engine(order) as endpoint:
                imported = _run(order, open_clients(endpoint))
    except (EngineError, ProvisionError) as error:
        fail(f"{error}{_hint(str(error), order)}")
    except KeyboardInterrupt:
        console.print("Stopped. The same command goes on from here.")
        raise typer.Exit(_INTERRUPTED) from None
    tell(imported, order.endpoint, order.data_dir)


def _check(order: Order) -> None:
    """Find out what cannot be before the files are loaded, which may take long."""
    if order.prepared and order.options != LoadOptions():
        fail(f"{order.folder} is loaded already, and is imported as it is: leave out the options.")
    _refuse_other_sources(order)
    known = recipes_of(open_clients(order.endpoint).personalize) if order.endpoint else _own()
    choose(known, order.recipes, order.domain)
    if order.s3:
        Bucket(order.s3, lambda _step, _share, _note: None).check()


def _refuse_other_sources(order: Order) -> None:
    """End the command where a name that nobody gave would replace what other files hold."""
    before = None if order.named or order.prepared else earlier(order.out)
    sources = {str(file.resolve()) for file in order.files}
    if before and before.sources and set(before.sources) != sources:
        fail(
            f"{order.out} was loaded from {', '.join(before.sources)}. Choose another --name, or "
            f"--name {order.name} to replace it."
        )


def _own() -> tuple[Recipe, ...]:
    """The recipes of the engine that would be started."""
    return tuple(Recipe(name, recipe.domain) for name, recipe in recipes().items())


def _place(order: Order) -> AbstractContextManager[None]:
    """Keeps the data directory, where the engine is to be one of this command's own."""
    if order.endpoint:
        return nullcontext()
    require_folder(order.data_dir)
    return held(order.data_dir)


def _prepare(order: Order) -> None:
    """Load raw files; ends the command where that fails or leaves nothing to train on."""
    if not order.prepared:
        _load(order)
    if not has_interactions(order.folder):
        fail(
            f"{order.folder} holds no interactions, and nothing can be trained without. Needed are "
            "files that say who dealt with which item, and when."
        )


def _load(order: Order) -> None:
    with errors_said(LoadError, OSError), StepBars(console) as bars:
        report = load(
            order.files,
            order.out,
            order.options,
            lambda doing, share: bars.report("loading", share, doing),
        )
    rejected = sum(file.rejected for file in report.files)
    found = (
        f"{report.interactions:,} interactions of {report.users:,} users, {report.items:,} items"
    )
    lost = f"; {rejected:,} rows rejected: {order.out / 'rejected.jsonl'}" if rejected else ""
    console.print(f"Loaded {found}{lost}", markup=False, highlight=False, soft_wrap=True)


@contextmanager
def _engine(order: Order) -> Iterator[str]:
    """The endpoint given, or that of an engine which runs for as long as the block."""
    if order.endpoint:
        yield order.endpoint
        return
    log = order.data_dir / "engine.log"
    engine = EngineProcess(order.data_dir, order.folder, free_port(), log, os.environ)
    try:
        engine.wait_until_ready()
        yield engine.url
    finally:
        engine.stop()


def _run(order: Order, clients: Clients) -> Imported:
    chosen = choose(recipes_of(clients.personalize), order.recipes, order.domain)
    with StepBars(console) as bars:
        place = Bucket(order.s3, bars.report).place if order.s3 else on_this_machine
        datasets = datasets_in(order.folder, place)
        bare = Plan(
            order.name,
            datasets,
            domain=order.domain,
            same_source=not order.named,
            role_arn=order.role_arn,
        )
        plan = with_recipes(bare, chosen)
        made = provision(clients.personalize, plan, bars.report)
    answering = {**made.campaigns, **made.recommenders}
    trained: tuple[SolutionPlan | RecommenderPlan, ...] = (*plan.solutions, *plan.recommenders)
    return Imported(
        answering=answering,
        tracking_id=made.tracking_id,
        region=clients.personalize.meta.region_name,
        any_key=clients.made_up,
        look=look(clients, trained[0].recipe, answering[trained[0].name], order.folder),
    )


def _hint(reason: str, order: Order) -> str:
    """What to do about a reason that the service gave; empty where it says so itself."""
    if "Insufficient privileges" in reason and order.endpoint:
        return f"\nStart that engine with --allow-path {order.folder.resolve()}, or import by --s3."
    if "filtering by event type" in reason:
        return "\nWhat is trained stays. Name the recipes that the data is for by --recipe."
    if any(words in reason for words in _TOO_FEW):
        return (
            "\nA training needs 1,000 interactions, and 25 users with 2 or more each; "
            f"{order.folder} has fewer."
        )
    if "missing required fields" in reason and order.domain:
        return (
            f"\nThe domain {order.domain} asks for these columns. Without --domain, and under "
            "another --name, a custom group takes what is there."
        )
    return ""
