"""`aisle demo`: from nothing to an open shop, with a line a step; again, in seconds."""

import shutil
import socket
import sys
import webbrowser
from pathlib import Path
from threading import Timer

import msgspec
from pydantic import SecretStr
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from allstore import simulator
from allstore.demo.engine import EngineProcess
from allstore.demo.provision import Provisioner
from allstore.shop.engine import control_client
from allstore.shop.settings import Settings, save_config
from allstore.web.server import serve

_REGION = "us-east-1"
_GROUP = "allstore"
_ANY_KEY = "allstore"


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
            _free_port(self._port + 1),
            self._folder / "engine.log",
        )
        try:
            engine.wait_until_ready()
            settings = self._settings(engine.url)
            self._provision(settings)
            engine.keep_running(self._console.print)
            self._serve(settings)
        finally:
            engine.stop()

    def _simulate(self) -> None:
        store = self._folder / "store"
        made_with = store / "complete"
        if made_with.exists():
            self._require_same(msgspec.json.decode(made_with.read_bytes(), type=simulator.Settings))
            return
        with self._console.status("Simulating shoppers"):
            made = simulator.simulate(self._store)
            simulator.write(made, store)
        shop = self._folder / "shop"
        shop.mkdir(parents=True, exist_ok=True)
        for name in ("products.json", "shoppers.json"):
            shutil.copyfile(store / name, shop / name)
        made_with.write_bytes(msgspec.json.encode(self._store))
        self._console.print(
            f"Simulated {len(made.shoppers):,} shoppers, {len(made.products):,} products, "
            f"{len(made.interactions):,} interactions (seed {self._store.seed})."
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
        columns = (
            TextColumn("{task.description:32}"),
            BarColumn(),
            TextColumn("{task.fields[note]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self._console) as progress:
            bars: dict[str, TaskID] = {}

            def report(step: str, share: float, note: str) -> None:
                if step not in bars:
                    bars[step] = progress.add_task(step, total=1.0, note=note)
                progress.update(bars[step], completed=share, note=note)
                if share >= 1.0:
                    progress.stop_task(bars[step])

            provisioner = Provisioner(control_client(settings), _GROUP, report)
            config = provisioner.provision(self._folder / "store")
        save_config(settings.data_dir, config)

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
        """The shop's settings; an engine without keys takes any credentials."""
        return Settings(
            data_dir=self._folder / "shop",
            endpoint_url=endpoint_url,
            region=_REGION,
            access_key_id=_ANY_KEY,
            secret_access_key=SecretStr(_ANY_KEY),
        )


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise SystemExit(f"Port {port} is in use. Choose another: aisle demo --port 8080")


def _free_port(wanted: int) -> int:
    """The wanted port, or any free one."""
    for port in (wanted, 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as listener:
                return int(listener.getsockname()[1])
        except OSError:
            continue
    raise RuntimeError("no free port")
