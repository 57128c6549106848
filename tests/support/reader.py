"""What another process of an installation would answer with, beside the server's own."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from aisle.data.catalogue import Catalogue
from aisle.data.state import State, Transaction
from aisle.serving.catalogues import CatalogueCache
from aisle.serving.interacted import ImportedCache, interacted
from aisle.serving.loading import NotHereError
from aisle.settings import Settings

T = TypeVar("T")


class Reader:
    """Caches as an HTTP worker holds them, over the data folder of a server."""

    def __init__(self, settings: Settings | Path) -> None:
        """Of these settings, or of a data folder with all others as they are."""
        chosen = settings if isinstance(settings, Settings) else Settings(data_dir=settings)
        self.state = State(chosen)
        self.catalogues = CatalogueCache(self.state)
        self._imported = ImportedCache(self.state.objects)

    def catalogue(self, group: str, kind: str) -> Catalogue:
        return self._ask(lambda at: self.catalogues.current(at, group, kind))

    def rows(self, group: str, kind: str) -> Mapping[str, Mapping[str, str | None]]:
        """Every row's values as text, by id."""
        catalogue = self.catalogue(group, kind)
        return {
            entity: {
                name: column.raw(code)
                for name, column in catalogue.columns.items()
                if column.raw(code) != entity
            }
            for code, entity in enumerate(catalogue.ids[: catalogue.rows])
        }

    def interacted(self, group: str, user: str, kind: str = "INTERACTIONS") -> set[tuple[str, str]]:
        return set(self._ask(lambda at: interacted(self._imported, at, group, user, kind)))

    def _ask(self, look: Callable[[Transaction], T]) -> T:
        while True:
            try:
                with self.state.read() as transaction:
                    return look(transaction)
            except NotHereError as missing:
                load = missing.load
            load()
