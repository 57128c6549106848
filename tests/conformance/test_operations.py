"""Which of the service's operations this server has, counted against botocore's models."""

from aisle.wire.models import function_name, operations
from aisle.wire.registry import FUNCTIONS

KNOWN = 79


def test_every_operation_has_a_function_and_they_are_counted() -> None:
    names = {function_name(model) for model in operations().values()}
    assert len(names) == KNOWN
    assert set(FUNCTIONS) == names
