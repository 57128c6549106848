"""Where the real data sets lie."""

import os
from pathlib import Path


def data_sets() -> Path:
    """Their folder. SystemExit where the environment does not name it."""
    named = os.environ.get("AISLE_TEST_DATA")
    if not named:
        raise SystemExit("AISLE_TEST_DATA has to name the folder of the data sets; it is not set.")
    return Path(named)
