"""What a filter may say about the datasets of its group.

The rules are those of
https://docs.aws.amazon.com/personalize/latest/dg/filter-expression-guidelines-requirements.html.
"""

from collections.abc import Mapping

from aisle.data.schema import DatasetSchema, Field
from aisle.filters import expression as tree
from aisle.filters.expression import (
    Condition,
    Expression,
    Filter,
    Literal,
    Operator,
    Parameter,
    Subject,
    folded,
)
from aisle.filters.pointing import refusal
from aisle.records.errors import InvalidInputException

Schemas = Mapping[str, DatasetSchema]
"""The schemas of a group's datasets by type, such as `ACTION_INTERACTIONS`."""

_DATASETS = {
    "INTERACTIONS": "INTERACTIONS",
    "ITEMS": "ITEMS",
    "USERS": "USERS",
    "ACTIONS": "ACTIONS",
    "ACTION": "ACTIONS",  # so in the developer guide's examples
    "ACTIONINTERACTIONS": "ACTION_INTERACTIONS",
    "CURRENTITEM": "CURRENT_ITEM",
    "CURRENTUSER": "CURRENT_USER",
}
_SHOWN = {
    "INTERACTIONS": "Interactions",
    "ITEMS": "Items",
    "USERS": "Users",
    "ACTIONS": "Actions",
    "ACTION_INTERACTIONS": "ActionInteractions",
    "CURRENT_ITEM": "CurrentItem",
    "CURRENT_USER": "CurrentUser",
}
_ABOUT = {
    Subject.ITEM: ("ITEMS", "INTERACTIONS"),
    Subject.USER: ("USERS", "INTERACTIONS"),
    Subject.ACTION: ("ACTIONS", "ACTION_INTERACTIONS"),
}
"""Which datasets say something of what a filter chooses among."""

_EVENTS = ("INTERACTIONS", "ACTION_INTERACTIONS")
_OF_CURRENT = {"CURRENT_ITEM": "ITEMS", "CURRENT_USER": "USERS"}
_BY_THEMSELVES = ("EXPIRATIONTIMESTAMP", "ACTIONEXPIRATIONTIMESTAMP", "REPEATFREQUENCY")
_ALL_EVENTS = "*"


def check_filter(text: str, parsed: Filter, schemas: Schemas) -> None:
    """Raise InvalidInputException, pointing at the place, for the first rule that is broken."""
    _Check(text, schemas).filter(parsed)


def dataset_of(field: tree.Field) -> str | None:
    """The dataset type that a field's prefix names, `CURRENT_ITEM`, `CURRENT_USER`, or None."""
    return _DATASETS.get(folded(field.dataset))


def fields_of(parsed: Filter) -> frozenset[tuple[str, str]]:
    """The distinct fields of datasets that a checked filter reads, as the quotas count them."""
    conditions = [c for e in parsed.expressions for c in (*e.conditions, *e.only_if)]
    fields = [field for c in conditions for field in (c.field, c.current) if field is not None]
    named = [(dataset_of(field) or "", field.key) for field in fields]
    return frozenset((_OF_CURRENT.get(dataset, dataset), name) for dataset, name in named)


class _Check:
    """One text beside one group's schemas."""

    def __init__(self, text: str, schemas: Schemas) -> None:
        self._text = text
        self._schemas = schemas

    def _refusal(self, at: int, problem: str) -> InvalidInputException:
        return refusal(self._text, at, problem)

    def filter(self, parsed: Filter) -> None:
        for expression in parsed.expressions:
            if expression.subject is not parsed.subject:
                raise self._refusal(
                    expression.at,
                    f"the filter chooses among {parsed.subject} and cannot choose among "
                    f"{expression.subject} too.",
                )
            self._expression(expression)

    def _expression(self, expression: Expression) -> None:
        first = expression.conditions[0].field
        for condition in expression.conditions:
            kind = self._dataset(condition.field, _ABOUT[expression.subject], expression.subject)
            if kind != dataset_of(first):
                raise self._refusal(
                    condition.field.at,
                    f"one expression cannot use both {_SHOWN[dataset_of(first) or '']} and "
                    f"{_SHOWN[kind]}; join two expressions with |.",
                )
            self._condition(condition, kind)
        for condition in expression.only_if:
            if expression.subject is Subject.USER:
                raise self._refusal(
                    condition.field.at, "IF is for filters of items and actions; found UserID."
                )
            self._dataset(condition.field, ("CURRENT_USER",), "IF")
            if condition.current is not None:
                raise self._refusal(condition.current.at, "IF compares with values only.")
            self._condition(condition, "CURRENT_USER")

    def _dataset(self, field: tree.Field, allowed: tuple[str, ...], where: str) -> str:
        kind = dataset_of(field)
        names = " or ".join(_SHOWN[name] for name in allowed)
        if kind is None:
            raise self._refusal(
                field.at, f"{field.dataset} is no dataset; conditions of {where} are on {names}."
            )
        if kind not in allowed:
            raise self._refusal(
                field.at, f"conditions of {where} are on {names}; found {field.dataset}."
            )
        return kind

    def _condition(self, condition: Condition, kind: str) -> None:
        self._placeholders(condition)
        field = self._field(condition.field, kind)
        numeric = field.type != "string"
        if condition.operator.orders and not numeric:
            raise self._refusal(
                condition.field.at,
                f"{condition.operator} compares numbers, and {condition.field} is text.",
            )
        if condition.current is not None:
            self._current(condition, condition.current, kind, numeric=numeric)
        for value in condition.values:
            if isinstance(value, Literal):
                self._literal(condition, value, kind, numeric=numeric)

    def _placeholders(self, condition: Condition) -> None:
        if condition.operator is not Operator.NOT_IN:
            return
        for value in condition.values:
            if isinstance(value, Parameter):
                raise InvalidInputException(
                    f"Could not create filter. Invalid input symbol: {value}. Placeholders are "
                    "not allowed with NOT_IN operator."
                )

    def _field(self, field: tree.Field, kind: str) -> Field:
        """The schema's field; raises where there is none that a filter may use."""
        dataset = _OF_CURRENT.get(kind, kind)
        schema = self._schemas.get(dataset)
        if schema is None:
            raise self._refusal(
                field.at, f"the dataset group has no {_SHOWN[dataset]} dataset for {field}."
            )
        usable = [found for found in schema.fields if _usable(found, dataset)]
        found = next((f for f in schema.fields if folded(f.name) == field.key), None)
        if found is None or not _usable(found, dataset):
            raise self._refusal(
                field.at,
                f"{_why_not(field, found, kind)} Fields of {_SHOWN[dataset]} to filter by: "
                f"{', '.join(each.name for each in usable)}.",
            )
        return found

    def _current(
        self, condition: Condition, current: tree.Field, kind: str, *, numeric: bool
    ) -> None:
        if dataset_of(current) != "CURRENT_ITEM" or kind != "ITEMS":
            raise self._refusal(
                current.at, f"only Items compare with a field, of CurrentItem; found {current}."
            )
        other = self._field(current, "CURRENT_ITEM")
        if (other.type != "string") is not numeric:
            raise self._refusal(
                current.at,
                f"{condition.field} and {current} cannot be compared: one is text, the other a "
                "number.",
            )

    def _literal(self, condition: Condition, value: Literal, kind: str, *, numeric: bool) -> None:
        if value.text == _ALL_EVENTS and value.quoted and kind not in _EVENTS:
            raise self._refusal(value.at, '"*" stands for all event types; use it with EVENT_TYPE.')
        if numeric and value.number is None:
            raise self._refusal(
                value.at, f"{condition.field} holds numbers; found {value}, which is none."
            )
        if not numeric and not value.quoted:
            raise self._refusal(
                value.at, f'{condition.field} is text; put the value in quotes: "{value}".'
            )


def _usable(field: Field, dataset: str) -> bool:
    if dataset in _EVENTS:
        return field.name == "EVENT_TYPE"
    if dataset == "ACTIONS" and folded(field.name) in _BY_THEMSELVES:
        return False
    return field.type != "boolean" and not field.textual


def _why_not(field: tree.Field, found: Field | None, kind: str) -> str:
    if found is None:
        return f"there is no field {field.name}."
    if kind in _EVENTS:
        return f"{field} cannot be filtered by; only the event type can."
    if found.type == "boolean":
        return (
            f"{field} is boolean and cannot be filtered by; store it as string (True and False) "
            "or int (1 and 0)."
        )
    if found.textual:
        return f"{field} is unstructured text and cannot be filtered by."
    return f"{field} cannot be filtered by; the recipe takes it into account by itself."
