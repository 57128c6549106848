"""A process that runs long jobs one after another: `python -m aisle.jobs.child`.

Claims come as lines of JSON on standard input. For each that is done, a byte goes to the pipe whose
number is the first argument. Such a process is kept for the next job because its imports cost more
than many a job; it is never forked from one that has them, for Polars and OpenBLAS start threads
when they are imported.
"""

import os
import sys
import time
from queue import SimpleQueue

import msgspec
import structlog
from sqlalchemy.exc import SQLAlchemyError

from aisle.data.state import State
from aisle.jobs.lifeline import hold
from aisle.jobs.running import DATABASE_FAULT, run
from aisle.log import configure_logging
from aisle.settings import Settings
from aisle.storage.work import Claim

_log = structlog.get_logger(__name__)

_NICENESS = 5
"""Requests go before trainings."""
_LONG_SECONDS = 20.0
"""After a job that takes longer, or was stopped, the process ends, which gives back all of its
memory.
"""


def main() -> None:
    """Run claims until one was long or stopped, or the worker has gone."""
    claims: SimpleQueue[bytes] = SimpleQueue()
    hold(claims.put)
    configure_logging()
    os.nice(_NICENESS)
    state = State(Settings())
    try:
        while _is_soon_done(state, claims.get()):
            os.write(int(sys.argv[1]), b".")
    except SQLAlchemyError as error:
        _log.error("the database failed a job", error=str(error))
        sys.exit(DATABASE_FAULT)
    finally:
        state.close()


def _is_soon_done(state: State, line: bytes) -> bool:
    """Run one claim; whether it came to its end, and soon."""
    started = time.monotonic()
    done = run(state, msgspec.json.decode(line, type=Claim))
    return done and time.monotonic() - started < _LONG_SECONDS


if __name__ == "__main__":
    main()
