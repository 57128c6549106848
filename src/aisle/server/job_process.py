"""The job worker's process: `python -m aisle.server.job_process`."""

import signal
from threading import Event as Flag

from aisle.data.state import State
from aisle.jobs.lifeline import hold
from aisle.jobs.worker import JobWorker
from aisle.log import configure_logging
from aisle.settings import Settings


def main() -> None:
    """Work until SIGTERM; jobs under way are given back for the next start."""
    hold()
    configure_logging()
    stop = Flag()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    state = State(Settings())
    try:
        JobWorker(state).work_until(stop)
    finally:
        state.close()


if __name__ == "__main__":
    main()
