"""The rules that single settings keep."""

import math
from typing import Any

import msgspec


class Bounds(msgspec.Struct, frozen=True):
    """A number, or each number of a tuple, lies from `low` to `high`."""

    low: float
    high: float = math.inf

    def check(self, name: str, value: Any) -> None:
        """Raise ValueError, with the name, the rule and the value, where it does not."""
        numbers = value if isinstance(value, tuple) else (value,)
        for number in numbers:
            if not self.low <= number <= self.high or number == math.inf:
                raise ValueError(f"{name} must {self._rule()}, not {number}")

    def _rule(self) -> str:
        if math.isfinite(self.high):
            return f"lie between {self.low} and {self.high}"
        return f"be {self.low} or more"
