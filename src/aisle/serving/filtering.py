"""The filter that a request names, as a mask over what may be answered."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.data.state import Transaction
from aisle.filters.expression import Filter as Expressions
from aisle.filters.expression import Subject
from aisle.filters.masks import Events, Request, Row
from aisle.filters.parsing import load_parser, parse_filter, parser_loaded
from aisle.filters.values import filled
from aisle.records import Filter, Status
from aisle.records.arn import scope_of
from aisle.records.errors import InvalidInputException, ResourceNotFoundException
from aisle.serving.call import Call
from aisle.serving.interacted import interacted
from aisle.serving.loading import NotHereError

_MOST_FILLED = 1024
_EVENTS = {Subject.ITEM: "INTERACTIONS", Subject.ACTION: "ACTION_INTERACTIONS"}
_GOING = (Status.DELETE_PENDING, Status.DELETE_IN_PROGRESS)


class Space(Protocol):
    """What an answer is chosen from: a catalogue's rows, then what only the model knows."""

    @property
    def catalogue(self) -> Catalogue: ...

    def __len__(self) -> int: ...

    def positions(self, entity_ids: Sequence[str]) -> list[int]:
        """Where items or actions stand; -1 for each that does not."""
        ...


def refuse_values_alone(filter_arn: str | None, values: Mapping[str, str] | None) -> None:
    """Raise InvalidInputException for values that no filter takes."""
    if values and filter_arn is None:
        raise InvalidInputException(
            f"filterValues: {', '.join(sorted(values))} given without a filterArn."
        )


def allowed(
    call: Call,
    transaction: Transaction,
    group_arn: str,
    space: Space,
    filter_arn: str,
    *,
    values: Mapping[str, str] | None = None,
    user_id: str | None = None,
    item_id: str | None = None,
    subject: Subject = Subject.ITEM,
    others: Sequence[str] = (),
) -> NDArray[np.bool_]:
    """`[space + others]`: what the caller's filter leaves, at this moment; an array of one's own.

    `item_id` is the item that related items are asked for, and None for other recipes. `others` are
    ids that the space has not. Raises ResourceNotFoundException, InvalidInputException, or
    NotHereError for what has to be loaded first.
    """
    record = _filter(call, transaction, group_arn, filter_arn)
    if not parser_loaded():
        raise NotHereError(load_parser)
    chosen = _filled(record.filter_expression, tuple(sorted((values or {}).items())))
    parsed = parse_filter(record.filter_expression)
    if parsed.subject is not subject:
        raise InvalidInputException(
            f"filterArn: {filter_arn} chooses among {parsed.subject}; this operation needs a "
            f"filter of {subject}."
        )
    if parsed.needs_item and item_id is None:
        raise InvalidInputException(
            f"filterArn: {filter_arn} compares with CurrentItem, which only requests for related "
            "items have."
        )
    user = None
    if chosen.needs_user:
        users = call.catalogues.current(transaction, group_arn, "USERS")
        user = Row(users, -1 if user_id is None else users.code(user_id))

    def happened() -> list[tuple[str, str]]:
        if user_id is None:
            return []
        return interacted(call.imported, transaction, group_arn, user_id, _EVENTS[subject])

    request = Request(
        size=len(space) + len(others),
        catalogue=space.catalogue,
        events=_events(space, others, happened),
        item=None if item_id is None else Row(space.catalogue, space.catalogue.code(item_id)),
        user=user,
    )
    return call.masks.allowed(chosen, request)


def _filter(call: Call, transaction: Transaction, group_arn: str, filter_arn: str) -> Filter:
    record = None
    if scope_of(filter_arn) == call.scope:
        record = transaction.resources.get(Filter, filter_arn)
    if record is None or record.status in _GOING:
        raise ResourceNotFoundException(f"Could not find filter {filter_arn}.")
    if record.status is not Status.ACTIVE:
        raise InvalidInputException(
            f"filterArn: {filter_arn} must be ACTIVE; its status is {record.status.value}."
        )
    if record.dataset_group_arn != group_arn:
        raise InvalidInputException(
            f"filterArn: {filter_arn} belongs to the dataset group {record.dataset_group_arn}, "
            f"and what answers to {group_arn}."
        )
    return record


@lru_cache(_MOST_FILLED)
def _filled(expression: str, values: tuple[tuple[str, str], ...]) -> Expressions:
    return filled(parse_filter(expression), dict(values))


def _events(
    space: Space, others: Sequence[str], happened: Callable[[], list[tuple[str, str]]]
) -> Events:
    """The user's events by place in the answer space, looked up where a filter asks for them."""
    beyond = {entity_id: len(space) + at for at, entity_id in enumerate(others)}
    pairs: list[tuple[str, str]] | None = None

    def took_part(kinds: frozenset[str] | None) -> NDArray[np.int64]:
        nonlocal pairs
        if pairs is None:
            pairs = happened()
        ids = [entity_id for entity_id, kind in pairs if kinds is None or kind in kinds]
        places = [*space.positions(ids), *(beyond[each] for each in ids if each in beyond)]
        found = np.array(places, np.int64)
        return found[found >= 0]

    return took_part
