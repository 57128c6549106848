"""Files that are written to the end, or not there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[None]:
    """Take the file away again where it is not written to the end. Raises OSError, with its name
    and the cause, where that is the system's doing.
    """
    try:
        yield
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            cause = error.strerror or error
            raise OSError(f"{path} cannot be written: {cause}") from error
        raise
