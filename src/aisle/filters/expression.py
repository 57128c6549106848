"""A filter expression as a tree. `str` gives its text in one canonical form.

See https://docs.aws.amazon.com/personalize/latest/dg/filter-expressions.html. Every `at` is an
offset into the text that was read, for messages that point at a place.
"""

import re
from enum import StrEnum

import msgspec

NUMBER = r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?"
"""A number as it is written, as a regular expression."""
QUOTED = r'"(?:\\.|[^"\\])*"' + "|" + r"'(?:\\.|[^'\\])*'"
"""Text in quotes of either kind."""

_NUMBER = re.compile(NUMBER)
_ESCAPE = re.compile(r"""\\(["'\\])""")


class Action(StrEnum):
    """What becomes of those that an expression matches."""

    INCLUDE = "INCLUDE"
    EXCLUDE = "EXCLUDE"


class Subject(StrEnum):
    """What a filter chooses among."""

    ITEM = "ItemID"
    USER = "UserID"
    ACTION = "ActionID"


class Operator(StrEnum):
    """How a field is compared. `NOT IN` and `!=` hold exactly where `IN` and `=` do not."""

    IN = "IN"
    NOT_IN = "NOT IN"
    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    GREATER = ">"
    AT_LEAST = ">="

    @property
    def negated(self) -> bool:
        """Whether it is the complement of another operator."""
        return self in {Operator.NOT_IN, Operator.NOT_EQUAL}

    @property
    def orders(self) -> bool:
        """Whether it needs numbers."""
        return self in {Operator.LESS, Operator.AT_MOST, Operator.GREATER, Operator.AT_LEAST}


class Field(msgspec.Struct, frozen=True):
    """A field of a dataset, of the item asked about or of the user, in the words of the text."""

    dataset: str
    name: str
    at: int = 0

    @property
    def key(self) -> str:
        """The name as names are compared: case and underscores do not count."""
        return folded(self.name)

    def __str__(self) -> str:
        return f"{self.dataset}.{self.name}"


class Literal(msgspec.Struct, frozen=True):
    """A value as it is written, without its quotes; `parameter` names where it was filled in."""

    text: str
    quoted: bool = True
    parameter: str | None = None
    at: int = 0

    @property
    def number(self) -> float | None:
        """What it counts as beside a field of numbers; None where it is no number."""
        return float(self.text) if _NUMBER.fullmatch(self.text) else None

    def __str__(self) -> str:
        if not self.quoted:
            return self.text
        escaped = re.sub(r'(["\\])', r"\\\1", self.text)
        return f'"{escaped}"'


class Parameter(msgspec.Struct, frozen=True):
    """A placeholder that a request fills in."""

    name: str
    at: int = 0

    def __str__(self) -> str:
        return f"${self.name}"


Value = Literal | Parameter


class Condition(msgspec.Struct, frozen=True):
    """A field beside values, or beside a field of the item asked about."""

    field: Field
    operator: Operator
    values: tuple[Value, ...] = ()
    current: Field | None = None

    def __str__(self) -> str:
        if self.current is not None:
            return f"{self.field} {self.operator} {self.current}"
        listed = ", ".join(map(str, self.values))
        if self.operator in {Operator.IN, Operator.NOT_IN}:
            listed = f"({listed})"
        return f"{self.field} {self.operator} {listed}"


Alternatives = tuple[tuple[Condition, ...], ...]
"""Conditions joined by AND, and such groups joined by OR: AND binds more tightly."""


class Expression(msgspec.Struct, frozen=True):
    """One INCLUDE or EXCLUDE; `only_if` says for which users it is in force."""

    action: Action
    subject: Subject
    where: Alternatives
    only_if: tuple[Condition, ...] = ()
    at: int = 0

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All of WHERE, in the order of the text."""
        return tuple(condition for group in self.where for condition in group)

    @property
    def parameters(self) -> frozenset[str]:
        """The names of its placeholders."""
        return frozenset(
            value.name
            for condition in (*self.conditions, *self.only_if)
            for value in condition.values
            if isinstance(value, Parameter)
        )

    def __str__(self) -> str:
        where = " OR ".join(" AND ".join(map(str, group)) for group in self.where)
        text = f"{self.action} {self.subject} WHERE {where}"
        if self.only_if:
            text += " IF " + " AND ".join(map(str, self.only_if))
        return text


class Filter(msgspec.Struct, frozen=True):
    """Expressions whose results are put together."""

    expressions: tuple[Expression, ...]

    @property
    def subject(self) -> Subject:
        """What it chooses among; a checked filter has one subject."""
        return self.expressions[0].subject

    @property
    def parameters(self) -> frozenset[str]:
        """The names of all placeholders."""
        return frozenset().union(*(expression.parameters for expression in self.expressions))

    @property
    def needs_item(self) -> bool:
        """Whether it compares with the item asked about."""
        return any(
            condition.current is not None
            for expression in self.expressions
            for condition in expression.conditions
        )

    @property
    def needs_user(self) -> bool:
        """Whether it asks about the user's own fields."""
        return any(expression.only_if for expression in self.expressions)

    def __str__(self) -> str:
        return " | ".join(map(str, self.expressions))


def unquoted(written: str) -> str:
    """The text between quotes; a backslash keeps a quote or a backslash as it is."""
    return _ESCAPE.sub(r"\1", written[1:-1])


def folded(name: str) -> str:
    """A dataset's or field's name as names are compared."""
    return name.replace("_", "").upper()
