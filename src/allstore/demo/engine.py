"""The engine's server as a child of the demo."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

_SECONDS_TO_START = 60.0
_SECONDS_TO_END = 20.0


class EngineProcess:
    """`aisle serve` over a data directory, whatever `AISLE_*` says of another installation.

    It ends with this process, however this one ends.
    """

    def __init__(self, data_dir: Path, allowed: Path, port: int, log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        command = [
            *(sys.executable, "-m", "aisle", "serve", "--until-stdin-closes"),
            *("--port", str(port), "--data-dir", str(data_dir), "--allow-path", str(allowed)),
        ]
        with log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                command,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env={k: v for k, v in os.environ.items() if not k.startswith("AISLE_")},
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        """Return when the engine answers; raises RuntimeError where it ended or takes too long."""
        deadline = time.monotonic() + _SECONDS_TO_START
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2):  # noqa: S310
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"The engine did not start at {self.url}; its log is {self._log}.")

    def stop(self) -> None:
        """End the engine and wait for it."""
        self._process.terminate()
        try:
            self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
