"""`aisle demo`: from nothing to an open shop, with a line a step; again, in seconds."""

import os
import shutil
import socket
import sys
import webbrowser
from pathlib import Path
from threading import Thread, Timer

import msgspec
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import SecretStr
from rich.console import Console

from aisle.provisioning import (
    EngineError,
    EngineProcess,
    ProvisionError,
    StepBars,
    free_port,
    has_credentials,
    provision,
)
from allstore import simulator
from allstore.demo.provision import further_plans, shop_config, shop_plan
from allstore.shop.engine import control_client
from allstore.shop.settings import Settings, load_config, save_config
from allstore.web.server import serve

_REGION = "us-east-1"
_ANY_KEY = "allstore"
_POSITIONS = 200_000
"""Events that the transformer goes through: some seconds."""


class Demo:
    """A store in one folder: simulated files, the engine's data, the shop's data."""

    def __init__(
        self, folder: Path, *, port: int, store: simulator.Settings, open_browser: bool
    ) -> None:
        self._folder = folder
        self._port = port
        self._store = store
        self._open_browser = open_browser
        self._console = Console()

    def run(self) -> None:
        """Set up what is missing, then serve the shop until interrupted."""
        _require_free(self._port)
        self._simulate()
        engine = EngineProcess(
            self._folder / "engine",
            self._folder / "store",
            free_port(self._port + 1),
            self._folder / "engine.log",
            _own_environment(),
        )
        try:
            engine.wait_until_ready()
            settings = self._settings(engine.url)
            self._provision(settings)
            Thread(target=self._provision_further, args=(settings,), daemon=True).start()
            engine.keep_running(self._console.print)
            self._serve(settings)
        except (EngineError, ProvisionError) as error:
            raise SystemExit(str(error)) from error
        finally:
            engine.stop()

    def _simulate(self) -> None:
        store = self._folder / "store"
        made_with = store / "complete"
        if made_with.exists():
            self._require_same(msgspec.json.decode(made_with.read_bytes(), type=simulator.Settings))
            return
        with self._console.status("Simulating shoppers"):
            simulator.write(self._store, store, context=True)
        shop = self._folder / "shop"
        shop.mkdir(parents=True, exist_ok=True)
        for name in ("products.json", "shoppers.json"):
            shutil.copyfile(store / name, shop / name)
        made_with.write_bytes(msgspec.json.encode(self._store))
        self._console.print(
            f"Simulated {self._store.shoppers:,} shoppers, {self._store.products:,} products, "
            f"{self._store.interactions:,} interactions (seed {self._store.seed})."
        )

    def _require_same(self, made: simulator.Settings) -> None:
        """Refuse to open a store other than the one asked for; its last hour does not matter."""
        if msgspec.structs.replace(made, end=self._store.end) != self._store:
            raise SystemExit(
                f"{self._folder} holds a store of {made.shoppers:,} shoppers, {made.products:,} "
                f"products and {made.interactions:,} interactions (seed {made.seed}). Ask for the "
                "same, or for another folder: aisle demo --data-dir FOLDER"
            )

    def _provision(self, settings: Settings) -> None:
        """What the home page asks: the shop opens with it."""
        plan = shop_plan(self._folder / "store")
        with StepBars(self._console) as bars:
            made = provision(control_client(settings), plan, bars.report)
        save_config(settings.data_dir, shop_config(plan, made, load_config(settings.data_dir)))

    def _provision_further(self, settings: Settings) -> None:
        """The rest trains while the first pages are looked at; the open shop takes it up."""
        for purpose, plan in further_plans(shop_plan(self._folder / "store")).items():
            try:
                made = provision(control_client(settings), plan, lambda *_: None)
            except (ProvisionError, BotoCoreError, ClientError) as error:
                self._console.print(f"{purpose}: not available. {error}")
                continue
            save_config(settings.data_dir, shop_config(plan, made, load_config(settings.data_dir)))
            self._console.print(f"{purpose}: ready")

    def _serve(self, settings: Settings) -> None:
        address = f"http://127.0.0.1:{self._port}"
        self._console.print(f"\nThe shop is open: [bold]{address}[/]   (Ctrl-C closes it)")
        self._console.print(
            f"The engine speaks Amazon Personalize's API at [bold]{settings.endpoint_url}[/]; "
            "any credentials do:\n"
            "  AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any "
            f"AWS_DEFAULT_REGION={settings.region} \\\n"
            f"  AWS_ENDPOINT_URL={settings.endpoint_url} aws personalize list-recommenders\n",
            soft_wrap=True,
            highlight=False,
        )
        if self._open_browser and sys.stdout.isatty():
            Timer(1.0, webbrowser.open, (address,)).start()
        serve(settings, port=self._port)

    def _settings(self, endpoint_url: str) -> Settings:
        """The shop's settings, with the environment's credentials or, for want of those, any:
        an engine without access keys takes them.
        """
        given = has_credentials()
        return Settings(
            data_dir=self._folder / "shop",
            endpoint_url=endpoint_url,
            region=_REGION,
            access_key_id=None if given else _ANY_KEY,
            secret_access_key=None if given else SecretStr(_ANY_KEY),
        )


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise SystemExit(f"Port {port} is in use. Choose another: aisle demo --port 8080")


def _own_environment() -> dict[str, str]:
    """The environment without `AISLE_*`, which speaks of another installation, and a training that
    keeps nobody waiting.
    """
    others = {k: v for k, v in os.environ.items() if not k.startswith("AISLE_")}
    return {**others, "AISLE_TRANSFORMER_POSITIONS": str(_POSITIONS)}
