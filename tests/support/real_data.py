"""The real data sets, where `AISLE_TEST_DATA` names their folder."""

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

import pytest


def data_set(name: str) -> Path:
    """Its folder or file; the test is skipped where there is none."""
    folder = os.environ.get("AISLE_TEST_DATA")
    if not folder:
        pytest.skip("AISLE_TEST_DATA names no folder with the real data sets")
    return Path(folder).resolve() / name


def by_name(names: Iterable[str], long: Collection[str]) -> list[Any]:
    """Parameters of a test; those that take long are for `make test-all`."""
    return [pytest.param(one, marks=pytest.mark.slow if one in long else ()) for one in names]
