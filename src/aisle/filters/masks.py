"""Which rows a filter leaves: vectorised masks, kept for the next request that needs them.

What does not depend on the user's events is computed once for a catalogue's version. A comparison
with the item asked about turns into one with that item's values, and so is kept too.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.filters.expression import (
    Action,
    Condition,
    Expression,
    Filter,
    Literal,
    Operator,
    folded,
)
from aisle.records.errors import InvalidInputException

Mask = NDArray[np.bool_]

_MOST_BYTES = 64 << 20
_EVENT_DATASETS = ("INTERACTIONS", "ACTIONINTERACTIONS")


class Row(msgspec.Struct, frozen=True):
    """One row of a catalogue; -1 is one that it has not, and all of that is null."""

    catalogue: Catalogue
    row: int


Events = Callable[[frozenset[str] | None], NDArray[np.int64]]
"""The rows of the answer space that took part in events of these types, in lower case; None: of
any type. Called once a condition and only where a filter asks."""


class Request(msgspec.Struct, frozen=True):
    """What a filter is asked about.

    The answer space has `size` rows: those of the catalogue, then others that only a model knows,
    whose fields are all null.
    """

    size: int
    catalogue: Catalogue
    events: Events
    item: Row | None = None
    user: Row | None = None


class Masks:
    """Evaluates filters; keeps the masks used last, up to a number of bytes."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._masks: OrderedDict[Hashable, Mask] = OrderedDict()
        self._changing = Lock()

    def allowed(self, chosen: Filter, request: Request) -> Mask:
        """`[size]`: the union of the INCLUDE sets, or everything, less all EXCLUDE sets.

        `chosen` has its placeholders filled in. Expressions whose IF does not hold for the user
        are not in force. Raises InvalidInputException for values of the wrong type.
        """
        included: Mask | None = None
        excluded: Mask | None = None
        for expression in chosen.expressions:
            if not all(_holds(condition, request.user) for condition in expression.only_if):
                continue
            matched = self._matched(expression, request)
            if expression.action is Action.EXCLUDE:
                excluded = matched if excluded is None else excluded | matched
            else:
                included = matched if included is None else included | matched
        if excluded is not None:
            np.logical_not(excluded, out=excluded)
            return excluded if included is None else included & excluded
        return np.ones(request.size, bool) if included is None else included

    def _matched(self, expression: Expression, request: Request) -> Mask:
        """`[size]`: a fresh array."""
        union: Mask | None = None
        for group in expression.where:
            both = self._condition(group[0], request)
            for condition in group[1:]:
                both &= self._condition(condition, request)
            union = both if union is None else np.logical_or(union, both, out=union)
        assert union is not None  # noqa: S101 - the grammar has no empty WHERE
        return union

    def _condition(self, condition: Condition, request: Request) -> Mask:
        """`[size]`: a fresh array."""
        mask = np.zeros(request.size, bool)
        if folded(condition.field.dataset) in _EVENT_DATASETS:
            mask[request.events(_event_types(condition))] = True
        else:
            mask[: len(request.catalogue)] = self._rows(_settled(condition, request), request)
        if condition.operator.negated:
            np.logical_not(mask, out=mask)
        return mask

    def _rows(self, condition: Condition, request: Request) -> Mask:
        """`[rows of the catalogue]`, where `NOT IN` and `!=` count as `IN` and `=`."""
        values = tuple(value.text for value in condition.values if isinstance(value, Literal))
        version = request.catalogue.version
        key = (version, condition.field.key, condition.operator, values)
        with self._changing:
            kept = self._masks.get(key)
            if kept is not None:
                self._masks.move_to_end(key)
                return kept
        mask = _compared(condition, request.catalogue)
        with self._changing:
            if key not in self._masks:
                self._bytes += mask.nbytes
            self._masks[key] = mask
            while self._bytes > self._most_bytes:
                self._bytes -= self._masks.popitem(last=False)[1].nbytes
        return mask


def _event_types(condition: Condition) -> frozenset[str] | None:
    types = frozenset(_texts(condition))
    return None if "*" in types else frozenset(kind.lower() for kind in types)


def _settled(condition: Condition, request: Request) -> Condition:
    """The condition with the item's own values in place of its field."""
    if condition.current is None:
        return condition
    values = () if request.item is None else _values(request.item, condition.current.name)
    literals = tuple(Literal(value) for value in values)
    return msgspec.structs.replace(condition, values=literals, current=None)


def _values(row: Row, name: str) -> tuple[str, ...]:
    """A row's values of a field, as text; none for null."""
    if row.row < 0:
        return ()
    text = row.catalogue.text(name)
    if text is not None:
        return text.at(row.row)
    numbers = row.catalogue.number(name)
    value = np.nan if numbers is None else float(numbers.numbers[row.row])
    return (repr(value),) if np.isfinite(value) else ()


def _compared(condition: Condition, catalogue: Catalogue) -> Mask:
    name = condition.field.name
    numbers = catalogue.number(name)
    if numbers is not None:
        return _numbers_compared(numbers.numbers, condition)
    text = catalogue.text(name)
    return np.zeros(len(catalogue), bool) if text is None else text.having(_texts(condition))


def _numbers_compared(numbers: NDArray[np.float64], condition: Condition) -> Mask:
    wanted = _numbers(condition)
    if len(wanted) == 1:
        return _COMPARE[condition.operator](numbers, wanted[0])
    return np.isin(numbers, np.array(wanted, np.float64))


def _holds(condition: Condition, user: Row | None) -> bool:
    """Whether a condition on the user is true."""
    if user is None:
        return condition.operator.negated
    values = _values(user, condition.field.name)
    if user.catalogue.number(condition.field.name) is not None:
        numbers = np.array([float(value) for value in values])
        matches = bool(_numbers_compared(numbers, condition).any())
    else:
        matches = not set(_texts(condition)).isdisjoint(values)
    return matches is not condition.operator.negated


def _texts(condition: Condition) -> list[str]:
    return [value.text for value in condition.values if isinstance(value, Literal)]


def _numbers(condition: Condition) -> list[float]:
    numbers: list[float] = []
    for value in condition.values:
        if not isinstance(value, Literal):
            continue
        number = value.number
        if number is None:
            raise InvalidInputException(
                f"filterValues: {condition.field} holds numbers; {value.parameter} is {value}, "
                "which is none."
            )
        numbers.append(number)
    return numbers


_COMPARE: dict[Operator, Callable[[NDArray[np.float64], float], Mask]] = {
    Operator.IN: np.equal,
    Operator.NOT_IN: np.equal,
    Operator.EQUAL: np.equal,
    Operator.NOT_EQUAL: np.equal,
    Operator.LESS: np.less,
    Operator.AT_MOST: np.less_equal,
    Operator.GREATER: np.greater,
    Operator.AT_LEAST: np.greater_equal,
}
