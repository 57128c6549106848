"""What a recipe's hyperparameters are called, which values they take, and text to values."""

from collections.abc import Mapping

import msgspec

Value = float | int | bool | str


class Range(msgspec.Struct, frozen=True):
    """Where a search looks for a hyperparameter: between two ends, both allowed, or in `values`."""

    name: str
    lowest: float = 0.0
    highest: float = 0.0
    whole: bool = False
    values: tuple[str, ...] = ()

    def holds(self, text: str) -> bool:
        """Whether a value lies in the range."""
        if self.values:
            return text in self.values
        return self.lowest <= float(text) <= self.highest


class Number(msgspec.Struct, frozen=True):
    """A number between two bounds, both allowed."""

    name: str
    default: float
    lowest: float
    highest: float
    tunable: tuple[float, float] | None = None
    """The ends between which a search looks that is told no others; None leaves it out."""

    @property
    def range(self) -> Range | None:
        """Where a search looks that is told no other range."""
        return Range(self.name, *self.tunable) if self.tunable else None

    def parse(self, text: str) -> float:
        """Raise ValueError naming the parameter, the rule and the value."""
        rule = f"a number between {self.lowest:g} and {self.highest:g}"
        try:
            value = float(text)
        except ValueError:
            raise _refusal(self.name, rule, text) from None
        if not self.lowest <= value <= self.highest:
            raise _refusal(self.name, rule, text)
        return value

    @property
    def text(self) -> str:
        """The default as the wire shows it."""
        return str(self.default)


class Whole(msgspec.Struct, frozen=True):
    """A whole number between two bounds, both allowed."""

    name: str
    default: int
    lowest: int
    highest: int
    tunable: tuple[int, int] | None = None
    """As a `Number`'s."""

    @property
    def range(self) -> Range | None:
        """As a `Number`'s."""
        return Range(self.name, *self.tunable, whole=True) if self.tunable else None

    def parse(self, text: str) -> int:
        """Raise ValueError naming the parameter, the rule and the value."""
        rule = f"a whole number between {self.lowest} and {self.highest}"
        try:
            value = int(text)
        except ValueError:
            raise _refusal(self.name, rule, text) from None
        if not self.lowest <= value <= self.highest:
            raise _refusal(self.name, rule, text)
        return value

    @property
    def text(self) -> str:
        """The default as the wire shows it."""
        return str(self.default)


class Flag(msgspec.Struct, frozen=True):
    """True or false, in any case."""

    name: str
    default: bool
    tunable: bool = False
    """Whether a search looks at both where it is told nothing else."""

    @property
    def range(self) -> Range | None:
        """As a `Number`'s."""
        return Range(self.name, values=("true", "false")) if self.tunable else None

    def parse(self, text: str) -> bool:
        """Raise ValueError naming the parameter, the rule and the value."""
        try:
            return {"true": True, "false": False}[text.lower()]
        except KeyError:
            raise _refusal(self.name, "true or false", text) from None

    @property
    def text(self) -> str:
        """The default as the wire shows it."""
        return str(self.default).lower()


class Choice(msgspec.Struct, frozen=True):
    """One of several words, letter by letter."""

    name: str
    default: str
    values: tuple[str, ...]
    tunable: bool = False
    """Whether a search looks at all of them where it is told nothing else."""

    @property
    def range(self) -> Range | None:
        """As a `Number`'s."""
        return Range(self.name, values=self.values) if self.tunable else None

    def parse(self, text: str) -> str:
        """Raise ValueError naming the parameter, the rule and the value."""
        if text not in self.values:
            raise _refusal(self.name, f"one of {', '.join(self.values)}", text)
        return text

    @property
    def text(self) -> str:
        """The default as the wire shows it."""
        return self.default


Hyperparameter = Number | Whole | Flag | Choice


def defaults(declared: tuple[Hyperparameter, ...]) -> dict[str, str]:
    """Every name with its default, as the wire shows it."""
    return {one.name: one.text for one in declared}


def parse(declared: tuple[Hyperparameter, ...], given: Mapping[str, str]) -> dict[str, Value]:
    """Every declared name with its value. Raises ValueError for a name or value that is refused."""
    known = {one.name for one in declared}
    for name in given:
        if name not in known:
            rule = f"one of {', '.join(sorted(known))}" if known else "absent: the recipe has none"
            raise ValueError(f"Unknown hyperparameter {name}: it must be {rule}.")
    return {one.name: one.parse(given.get(one.name, one.text)) for one in declared}


def check_order(values: Mapping[str, Value], lower: str, upper: str) -> None:
    """Raise ValueError where the value of `lower` is not below that of `upper`."""
    if float(values[lower]) >= float(values[upper]):
        rule = f"less than {upper} ({values[upper]})"
        raise _refusal(lower, rule, str(values[lower]))


def _refusal(name: str, rule: str, text: str) -> ValueError:
    return ValueError(f"Hyperparameter {name} must be {rule}; it is {text!r}.")
