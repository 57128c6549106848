"""A store of simulated shoppers for the demo."""

import shutil
from pathlib import Path

import msgspec
from rich.console import Console

from aisle.provisioning import Plan
from allstore import simulator
from allstore.demo.provision import shop_plan


class SimulatedStore:
    """Writes the files of a simulation, once."""

    def __init__(self, settings: simulator.Settings) -> None:
        self._settings = settings

    def set_up(self, folder: Path, console: Console) -> Plan:
        """Raises SystemExit where the folder holds another store."""
        store, shop = folder / "store", folder / "shop"
        made_with = store / "complete"
        if made_with.exists():
            self._require_same(folder, made_with.read_bytes())
            return shop_plan(store)
        asked = self._settings
        with console.status("Simulating shoppers"):
            simulator.write(asked, store, context=True)
        shop.mkdir(parents=True, exist_ok=True)
        for name in ("products.json", "shoppers.json"):
            shutil.copyfile(store / name, shop / name)
        made_with.write_bytes(msgspec.json.encode(asked))
        console.print(
            f"Simulated {asked.shoppers:,} shoppers, {asked.products:,} products, "
            f"{asked.interactions:,} interactions (seed {asked.seed})."
        )
        return shop_plan(store)

    def _require_same(self, folder: Path, made_with: bytes) -> None:
        """Refuse to open a store other than the one asked for; its last hour does not matter."""
        try:
            made = msgspec.json.decode(made_with, type=simulator.Settings)
        except msgspec.ValidationError as error:
            raise SystemExit(
                f"{folder} holds a store that was loaded from files. Name them, or another "
                "folder: aisle demo --data-dir FOLDER"
            ) from error
        if msgspec.structs.replace(made, end=self._settings.end) != self._settings:
            raise SystemExit(
                f"{folder} holds a store of {made.shoppers:,} shoppers, {made.products:,} "
                f"products and {made.interactions:,} interactions (seed {made.seed}). Ask for the "
                "same, or for another folder: aisle demo --data-dir FOLDER"
            )
