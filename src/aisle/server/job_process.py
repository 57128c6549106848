"""The job worker's process: `python -m aisle.server.job_process`."""

from aisle.data.state import State
from aisle.jobs.lifeline import hold
from aisle.jobs.worker import JobWorker
from aisle.log import configure_logging
from aisle.settings import Settings
from aisle.stopping import Stop


def main() -> None:
    """Work until SIGTERM; jobs under way are given back for the next start."""
    hold()
    configure_logging()
    stop = Stop()
    state = State(Settings())
    try:
        JobWorker(state).work_until(stop)
    finally:
        state.close()


if __name__ == "__main__":
    main()
