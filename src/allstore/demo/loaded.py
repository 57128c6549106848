"""A store whose products, and what was done with them, come from files."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import sqlalchemy as sa
from rich.console import Console

from aisle.loading import LoadError, LoadReport, load
from aisle.provisioning import Plan, StepBars, is_prepared
from allstore.demo.datasets import event_counts, write_datasets
from allstore.demo.filling import FillError, Stock, stock_in
from allstore.demo.provision import shop_plan
from allstore.shop.catalogue_loading import load_catalogue
from allstore.shop.database import connect, products
from allstore.shop.settings import Settings


class _Made(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a store was made from: the files, and their sizes and times then."""

    sources: tuple[str, ...]
    versions: tuple[tuple[int, int], ...]
    seed: int


class LoadedStore:
    """Loads files and fills a shop from them; again where they have changed."""

    def __init__(self, files: Sequence[Path], seed: int = 0) -> None:
        self._files, self._seed = files, seed

    def set_up(self, folder: Path, console: Console) -> Plan:
        """Raises SystemExit where the files cannot be loaded or the folder holds another store."""
        store = folder / "store"
        made_with, asked = store / "complete", self._made()
        if not made_with.exists() or self._before(folder, made_with.read_bytes()) != asked:
            made_with.unlink(missing_ok=True)
            try:
                self._make(folder, console)
            except (LoadError, FillError) as error:
                raise SystemExit(str(error)) from error
            made_with.write_bytes(msgspec.json.encode(asked))
        counts = event_counts(store)
        return shop_plan(store, by_purchases=counts.get("purchase", 0) > counts.get("view", 0))

    def _make(self, folder: Path, console: Console) -> None:
        loaded, stock = _loaded(self._files, folder / "loaded", self._seed, console)
        write_datasets(loaded, stock.products, folder / "store")
        shop = folder / "shop"
        shop.mkdir(parents=True, exist_ok=True)
        for name in ("products", "categories", "shoppers"):
            (shop / f"{name}.json").write_bytes(msgspec.json.encode(getattr(stock, name)))

    def _made(self) -> _Made:
        found = sorted(
            file for named in self._files for file in ([named] if named.is_file() else _in(named))
        )
        versions = tuple((file.stat().st_size, file.stat().st_mtime_ns) for file in found)
        return _Made(tuple(str(file.resolve()) for file in found), versions, self._seed)

    def _before(self, folder: Path, made_with: bytes) -> _Made:
        try:
            before = msgspec.json.decode(made_with, type=_Made)
        except msgspec.ValidationError:
            before = None
        if before is None or before.sources != self._made().sources:
            what = f"loaded from {', '.join(before.sources)}" if before else "of simulated shoppers"
            raise SystemExit(
                f"{folder} holds a store {what}. Choose another folder: "
                "aisle demo FILES --data-dir FOLDER"
            )
        return before


def fill(files: Sequence[Path], settings: Settings, console: Console, seed: int = 0) -> None:
    """Put the products of files into a shop's database, over what has the same id, and shoppers.

    An open shop shows them at once. Raises LoadError or FillError for the files.
    """
    _, stock = _loaded(files, settings.data_dir / "loaded", seed, console)
    engine = connect(settings.sqlalchemy_url())
    try:
        with engine.connect() as connection:
            before = set(connection.scalars(sa.select(products.c.id)))
        load_catalogue(engine, stock.products, stock.shoppers, stock.categories)
    except sa.exc.IntegrityError as error:
        raise FillError(
            "The shop's database is of an earlier version, in which products must have a price and "
            f"a stock. Fill a new one, by another --data-dir. ({error.orig})"
        ) from error
    finally:
        engine.dispose()
    again = sum(product.id in before for product in stock.products)
    console.print(f"New in the shop: {len(stock.products) - again:,}; renewed: {again:,}.")


def _in(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def _loaded(files: Sequence[Path], out: Path, seed: int, console: Console) -> tuple[Path, Stock]:
    """The folder of loaded files, and what the shop is to be filled with; says what was lost."""
    folder = files[0] if len(files) == 1 and is_prepared(files[0]) else out
    if folder == out:
        with StepBars(console) as bars:
            report = load(files, out, progress=lambda what, share: bars.report("load", share, what))
        _say(report, out, console)
    with console.status("Filling the shelves"):
        stock = stock_in(folder, seed)
    _line(
        console,
        f"{len(stock.products):,} products in "
        + ("1 category" if len(stock.categories) == 1 else f"{len(stock.categories):,} categories")
        + (f", {stock.untitled:,} without a title" if stock.untitled else "")
        + (f", {stock.unpriced:,} without a price" if stock.unpriced else "")
        + (f"; {stock.unlisted:,} that no file describes are not sold" if stock.unlisted else "")
        + ".",
    )
    return folder, stock


def _say(report: LoadReport, out: Path, console: Console) -> None:
    for file in report.files:
        name = Path(file.file).name
        merged = f", {file.merged:,} of an id that came before" if file.merged else ""
        _line(console, f"{name}: {file.kept:,} of {file.rows:,} rows are {file.kind}{merged}")
        for rejection in file.rejections:
            line = rejection.examples[0].line
            _line(console, f"  {rejection.count:,} rejected: {rejection.reason} (line {line})")
    if any(file.rejected for file in report.files):
        _line(console, f"  What was rejected stands in {out / 'rejected.jsonl'}")


def _line(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)


__all__ = ["FillError", "LoadError", "LoadedStore", "fill"]
