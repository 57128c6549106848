"""What a user has done: the events the model was trained on, and those streamed since."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.event_log import RecentEvent, recent_events
from aisle.data.frames import Selection
from aisle.data.state import Transaction
from aisle.recipes.deployable import Deployable

_MOST_RECENT = 500


class History(msgspec.Struct, frozen=True):
    """A user's events with items that the model knows, oldest first."""

    items: NDArray[np.int32]
    """`[events]` codes of the model's items."""
    times: NDArray[np.int64]
    """`[events]` epoch seconds."""
    taken: NDArray[np.int32]
    """Codes of the items the user has an event of the asked type with."""


def history_of(
    transaction: Transaction, deployed: Deployable, user: str, taken_by: str | None
) -> History:
    """A user's history up to this moment. `taken_by` names the event type that `taken` lists."""
    manifest = deployed.manifest
    streamed = recent_events(
        transaction.connection,
        manifest.dataset,
        user,
        after=manifest.newest_event_id,
        limit=_MOST_RECENT,
    )
    known = [
        (deployed.codes[event.item_id], event)
        for event in streamed
        if event.item_id in deployed.codes
    ]
    chosen = [(code, event) for code, event in known if _selected(manifest.selection, event)]
    old_items, old_times, old_taken = _trained_on(deployed, user, taken_by)
    new_taken = [code for code, event in known if event.event_type.lower() == taken_by]
    return History(
        items=np.concatenate([old_items, np.array([code for code, _ in chosen], np.int32)]),
        times=np.concatenate(
            [old_times, np.array([int(event.sent_at) for _, event in chosen], np.int64)]
        ),
        taken=np.concatenate([old_taken, np.array(new_taken, np.int32)]),
    )


def _trained_on(
    deployed: Deployable, user: str, taken_by: str | None
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    histories = deployed.histories
    code = histories.users.find(user)
    if code < 0:
        return np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int32)
    rows = histories.rows_of(code)
    items = histories.item[rows]
    if taken_by in histories.event_types:
        kind = histories.event_types.index(taken_by)
        taken = items[histories.event_type[rows] == kind]
    else:
        taken = np.empty(0, np.int32)
    return items, histories.timestamp[rows], taken


def _selected(selection: Selection, event: RecentEvent) -> bool:
    if selection.event_type and event.event_type.lower() != selection.event_type.lower():
        return False
    threshold = selection.event_value_threshold
    return threshold is None or (event.event_value is not None and event.event_value >= threshold)
