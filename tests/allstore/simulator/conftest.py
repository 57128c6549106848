"""The default store and a small one."""

import pytest

from simulated import DEFAULT, SMALL, Watched


@pytest.fixture(scope="session", params=[DEFAULT, SMALL], ids=["default", "small"])
def watched(request: pytest.FixtureRequest) -> Watched:
    """Both, one after the other."""
    return Watched(request.param)


@pytest.fixture(scope="session")
def small() -> Watched:
    return Watched(SMALL)
