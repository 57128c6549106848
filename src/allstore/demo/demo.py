"""`aisle demo`: from nothing to an open shop, with a line a step; again, in seconds."""

import os
import socket
import sys
import webbrowser
from pathlib import Path
from threading import Thread, Timer
from typing import Protocol

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import SecretStr
from rich.console import Console

from aisle.provisioning import (
    EngineError,
    EngineProcess,
    Plan,
    Provisioned,
    ProvisionError,
    StepBars,
    free_port,
    has_credentials,
    provision,
)
from allstore.demo.provision import further_plans, shop_config
from allstore.demo.segments import segments_plan, show_segments
from allstore.shop.engine import control_client
from allstore.shop.settings import Settings, load_config, save_config
from allstore.web.server import serve

_REGION = "us-east-1"
_ANY_KEY = "allstore"
_LENGTH = "AISLE_TRANSFORMER_POSITIONS"
_POSITIONS = 200_000
"""Events that the transformer goes through: some seconds."""


class Store(Protocol):
    """What the shop sells, and what was done with it."""

    def set_up(self, folder: Path, console: Console) -> Plan:
        """Make what is missing of `store`, the engine's files, and of `shop`, the shop's."""


class Demo:
    """A store in one folder: its files, the engine's data, the shop's data."""

    def __init__(self, folder: Path, *, port: int, store: Store, open_browser: bool) -> None:
        self._folder = folder
        self._port = port
        self._store = store
        self._open_browser = open_browser
        self._console = Console()

    def run(self) -> None:
        """Set up what is missing, then serve the shop until interrupted."""
        _require_free(self._port)
        plan = self._store.set_up(self._folder, self._console)
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
            self._provision(settings, plan)
            Thread(target=self._provision_further, args=(settings, plan), daemon=True).start()
            engine.keep_running(self._console.print)
            self._serve(settings)
        except (EngineError, ProvisionError) as error:
            raise SystemExit(str(error)) from error
        finally:
            engine.stop()

    def _provision(self, settings: Settings, plan: Plan) -> None:
        """What the home page asks: the shop opens with it."""
        with StepBars(self._console) as bars:
            made = provision(control_client(settings), plan, bars.report)
        save_config(settings.data_dir, shop_config(plan, made, load_config(settings.data_dir)))

    def _provision_further(self, settings: Settings, plan: Plan) -> None:
        """The rest trains while the first pages are looked at; the open shop takes it up."""
        for purpose, further in further_plans(plan).items():
            made = self._made(settings, purpose, further)
            if made is None:
                continue
            save_config(settings.data_dir, shop_config(plan, made, load_config(settings.data_dir)))
            self._console.print(f"{purpose}: ready")
        self._find_segments(settings, plan)

    def _find_segments(self, settings: Settings, plan: Plan) -> None:
        """Last, as no shopper waits for them."""
        purpose, store = "Segments of shoppers", self._folder / "store"
        asked = segments_plan(plan, store)
        if asked is None:
            self._console.print(f"{purpose}: not available. The products have no categories.")
        elif self._made(settings, purpose, asked) is not None:
            try:
                show_segments(store, settings.data_dir)
            except OSError as error:
                self._console.print(f"{purpose}: not available. {error}")
            else:
                self._console.print(f"{purpose}: ready")

    def _made(self, settings: Settings, purpose: str, plan: Plan) -> Provisioned | None:
        """What came of a plan; None, and a line that says why, where it cannot be had."""
        try:
            return provision(control_client(settings), plan, lambda *_: None)
        except (ProvisionError, BotoCoreError, ClientError) as error:
            self._console.print(f"{purpose}: not available. {error}")
            return None

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
            visitors_operate=True,
            access_key_id=None if given else _ANY_KEY,
            secret_access_key=None if given else SecretStr(_ANY_KEY),
        )


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise SystemExit(f"Port {port} is in use. Choose another: aisle demo --port 8080")


def _own_environment() -> dict[str, str]:
    """The environment without `AISLE_*`, which speaks of another installation, and a training that
    keeps nobody waiting, or is as long as was asked for.
    """
    others = {k: v for k, v in os.environ.items() if not k.startswith("AISLE_")}
    return {**others, _LENGTH: os.environ.get(_LENGTH, str(_POSITIONS))}
