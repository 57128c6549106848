"""A child process that never outlives its parent, however the parent ends."""

import os
import sys
from collections.abc import Callable
from threading import Thread


def hold(receive: Callable[[bytes], None] = lambda _line: None) -> None:
    """End this process as soon as the parent's end of standard input closes.

    The parent keeps the pipe open for as long as it lives; the kernel closes it even on `kill -9`.
    What the parent says meanwhile goes to `receive` in another thread, a line at a time.
    """
    Thread(target=_watch, args=(receive,), name="lifeline", daemon=True).start()


def _watch(receive: Callable[[bytes], None]) -> None:
    # Without a buffer, which this thread would hold locked while the process ends.
    with open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as pipe:
        for line in pipe:
            receive(line)
    os._exit(1)
