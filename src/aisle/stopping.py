"""How a long-running process is told to end."""

import signal
import time
from types import FrameType

_LOOK_EVERY = 0.05


class Stop:
    """Set by SIGTERM and SIGINT.

    The handler sets an attribute and nothing more: it runs in the main thread, which may be
    anywhere, and must not wait for a lock that this thread holds.
    """

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def wait(self, seconds: float) -> bool:
        """Sleep, but no longer than until asked to end; whether that is so."""
        deadline = time.monotonic() + seconds
        while not self._asked and (left := deadline - time.monotonic()) > 0:
            time.sleep(min(left, _LOOK_EVERY))
        return self._asked

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked = True
