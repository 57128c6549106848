"""What a user has done: the events the model was trained on, and those streamed since."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.event_log import RecentEvent, Sessions, recent_events, sessions_of, stand_in
from aisle.data.frames import Selection
from aisle.data.state import Transaction
from aisle.recipes.deployable import Deployable
from aisle.serving.following import Followed

_MOST_RECENT = 500


class History(msgspec.Struct, frozen=True):
    """A user's events with items that the model knows, oldest first."""

    items: NDArray[np.int32]
    """`[events]` codes of the model's items, and of those that it has met since."""
    times: NDArray[np.int64]
    """`[events]` epoch seconds."""
    event_type: NDArray[np.uint8]
    """`[events]` codes into the event types that the model learnt from; 0 for any other."""
    value: NDArray[np.float32]
    """`[events]` NaN where an event has none."""


def history_of(transaction: Transaction, followed: Followed, user: str | None) -> History:
    """A user's history up to this moment; nothing where no user is named."""
    deployed = followed.deployed
    if not user:
        return _since(followed, [])
    manifest = deployed.manifest
    sessions = sessions_of(transaction.connection, manifest.dataset, user)
    if 0 in sessions.named_by and deployed.histories.users.find(user) >= 0:
        sessions = Sessions([], [])  # a user of that id is known: another's session it is
    streamed = recent_events(
        transaction.connection,
        manifest.dataset,
        user,
        sessions,
        after=manifest.newest_event_id,
        limit=_MOST_RECENT,
    )
    # A session that named nobody when the model was trained stands there for itself.
    stood = [
        stand_in(name)
        for name, event_id in zip(sessions.names, sessions.named_by, strict=True)
        if event_id == 0 or event_id > manifest.newest_event_id
    ]
    known = [_trained_on(deployed, name) for name in (user, *reversed(stood))]
    return _joined([*known, _since(followed, streamed)])


def _since(followed: Followed, streamed: list[RecentEvent]) -> History:
    """The streamed events with items that have a code."""
    deployed, codes = followed.deployed, followed.codes
    selection = deployed.manifest.selection
    known = [(codes[event.item_id], event) for event in streamed if event.item_id in codes]
    chosen = [(code, event) for code, event in known if _selected(selection, event)]
    return History(
        items=np.array([code for code, _ in chosen], np.int32),
        times=np.array([int(event.sent_at) for _, event in chosen], np.int64),
        event_type=np.array(
            [deployed.event_type_codes.get(event.event_type.lower(), 0) for _, event in chosen],
            np.uint8,
        ),
        value=np.array(
            [np.nan if event.event_value is None else event.event_value for _, event in chosen],
            np.float32,
        ),
    )


def _trained_on(deployed: Deployable, user: str) -> History:
    histories = deployed.histories
    code = histories.users.find(user)
    rows = histories.rows_of(code) if code >= 0 else slice(0, 0)
    count = rows.stop - rows.start
    return History(
        items=histories.item[rows],
        times=histories.timestamp[rows],
        event_type=histories.event_type[rows],
        value=np.full(count, np.nan, np.float32)
        if histories.value is None
        else histories.value[rows],
    )


def _joined(parts: list[History]) -> History:
    """By their times: an event may be told of long after it came to pass."""
    times = np.concatenate([part.times for part in parts])
    order = np.argsort(times, kind="stable")
    return History(
        items=np.concatenate([part.items for part in parts])[order],
        times=times[order],
        event_type=np.concatenate([part.event_type for part in parts])[order],
        value=np.concatenate([part.value for part in parts])[order],
    )


def _selected(selection: Selection, event: RecentEvent) -> bool:
    return selection.takes(event.event_type, event.event_value)
