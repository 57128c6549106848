"""A child process that never outlives its parent, however the parent ends."""

import os
import sys
from threading import Thread


def hold() -> None:
    """End this process as soon as the parent's end of standard input closes.

    The parent keeps the pipe open for as long as it lives; the kernel closes it even on `kill -9`.
    """
    Thread(target=_watch, name="lifeline", daemon=True).start()


def _watch() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(1)
