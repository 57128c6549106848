"""The process that runs one long job: `python -m aisle.jobs.child`, the claim as its argument."""

import os
import sys

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


def main() -> None:
    """Run the claim given as JSON in the first argument."""
    hold()
    configure_logging()
    os.nice(_NICENESS)
    state = State(Settings())
    try:
        run(state, msgspec.json.decode(sys.argv[1], type=Claim))
    except SQLAlchemyError as error:
        _log.error("the database failed a job", error=str(error))
        sys.exit(DATABASE_FAULT)
    finally:
        state.close()


if __name__ == "__main__":
    main()
