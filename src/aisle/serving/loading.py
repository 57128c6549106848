"""What an answer needs and this process does not have at hand yet."""

from collections.abc import Callable


class NotHereError(Exception):
    """Something has to be loaded first: call `load` in a thread, then begin anew."""

    def __init__(self, load: Callable[[], None]) -> None:
        super().__init__("not loaded yet")
        self.load = load
