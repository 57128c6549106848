"""The values that a request fills in for a filter's placeholders."""

import re
from collections.abc import Mapping

from msgspec.structs import replace

from aisle.filters.expression import (
    NUMBER,
    QUOTED,
    Action,
    Condition,
    Expression,
    Filter,
    Literal,
    Parameter,
    unquoted,
)
from aisle.records.errors import InvalidInputException

_VALUE = re.compile(rf"\s*(?:(?P<quoted>{QUOTED})|(?P<number>{NUMBER}))\s*(?P<next>,|$)", re.DOTALL)
_MOST_SHOWN = 60


def filled(parsed: Filter, values: Mapping[str, str]) -> Filter:
    """The filter with its placeholders filled in, and without every EXCLUDE that lacks one.

    A value holds its quotes, as in `{"GENRE": '"Action","Comedy"'}`. Raises InvalidInputException
    where a value cannot be read, a name is unknown or an INCLUDE lacks one.
    """
    unknown = sorted(set(values) - parsed.parameters)
    if unknown:
        known = ", ".join(sorted(parsed.parameters)) or "none"
        raise InvalidInputException(
            f"filterValues: the filter has no parameter {unknown[0]}; it has {known}."
        )
    read = {name: read_values(name, text) for name, text in values.items()}
    kept = []
    for expression in parsed.expressions:
        missing = sorted(expression.parameters - set(read))
        if missing and expression.action is Action.INCLUDE:
            raise InvalidInputException(
                f"filterValues: no value for the parameter {missing[0]}; INCLUDE needs them all."
            )
        if not missing:
            kept.append(_filled_expression(expression, read))
    return Filter(tuple(kept))


def read_values(name: str, text: str) -> tuple[Literal, ...]:
    """The values of one parameter: quoted text or bare numbers, separated by commas.

    Raises InvalidInputException that names the parameter.
    """
    found: list[Literal] = []
    at = 0
    while True:
        match = _VALUE.match(text, at)
        if match is None:
            raise InvalidInputException(
                f"filterValues: the value of {name} must be text in quotes or numbers, separated "
                f'by commas, such as "\\"a\\",\\"b\\""; from character {at + 1} it is '
                f"{text[at : at + _MOST_SHOWN]!r}."
            )
        found.append(_literal(match, name))
        at = match.end()
        if match["next"] == "":
            return tuple(found)


def _literal(match: re.Match[str], name: str) -> Literal:
    if match["number"] is not None:
        return Literal(match["number"], quoted=False, parameter=name)
    return Literal(unquoted(match["quoted"]), parameter=name)


def _filled_expression(
    expression: Expression, values: Mapping[str, tuple[Literal, ...]]
) -> Expression:
    if not expression.parameters:
        return expression
    return replace(
        expression,
        where=tuple(tuple(_filled(c, values) for c in group) for group in expression.where),
        only_if=tuple(_filled(c, values) for c in expression.only_if),
    )


def _filled(condition: Condition, values: Mapping[str, tuple[Literal, ...]]) -> Condition:
    literals: list[Literal] = []
    for value in condition.values:
        literals += values[value.name] if isinstance(value, Parameter) else [value]
    if condition.operator.value not in {"IN", "NOT IN"} and len(literals) > 1:
        raise InvalidInputException(
            f"filterValues: {condition.field} {condition.operator} takes one value; "
            f"{literals[0].parameter} has {len(literals)}."
        )
    return replace(condition, values=tuple(literals))
