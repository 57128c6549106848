"""What a user has interacted with: imported parts and streamed events, without any model."""

from collections import OrderedDict
from threading import Lock

import msgspec
import numpy as np

from aisle.data.action_log import distinct_actions
from aisle.data.event_log import distinct_events
from aisle.data.interactions import Interactions
from aisle.data.state import Transaction
from aisle.data.user_index import indexed
from aisle.records import Dataset
from aisle.records.dataset import dataset_arn
from aisle.serving.loading import NotHereError
from aisle.storage.objects import Objects

_MOST_PARTS = 1024
_MOST_USERS = 4096


class Imported(msgspec.Struct, frozen=True):
    """What imported parts know of a user."""

    known: bool
    """Whether there is any event of that user."""
    pairs: tuple[tuple[str, str], ...]
    """The distinct (item id, event type in lower case)."""


class ImportedCache:
    """The imported parts by user, mapped once a process; a part is never rewritten."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._parts: OrderedDict[str, Interactions] = OrderedDict()
        self._users: OrderedDict[tuple[tuple[str, ...], str], Imported] = OrderedDict()
        self._loading = Lock()
        self._changing = Lock()

    def of_user(self, parts: tuple[str, ...], user_id: str) -> Imported:
        """All that these parts know; raises NotHereError where one has to be mapped first."""
        found = self._users.get((parts, user_id))
        if found is None:
            found = _joined(self._loaded(parts), user_id)
            self._users[parts, user_id] = found
            while len(self._users) > _MOST_USERS:
                self._users.popitem(last=False)
        else:
            self._users.move_to_end((parts, user_id))
        return found

    def _loaded(self, keys: tuple[str, ...]) -> list[Interactions]:
        with self._changing:
            if all(key in self._parts for key in keys):
                for key in keys:
                    self._parts.move_to_end(key)
                return [self._parts[key] for key in keys]
        raise NotHereError(lambda: self._load(keys))

    def _load(self, keys: tuple[str, ...]) -> None:
        """Have these parts here together; this is not for the event loop."""
        with self._loading:
            for key in keys:
                if key not in self._parts:
                    loaded = Interactions.load(indexed(self._objects, key))
                    with self._changing:
                        self._parts[key] = loaded
            with self._changing:
                for key in keys:
                    self._parts.move_to_end(key)
                while len(self._parts) > max(_MOST_PARTS, len(keys)):
                    self._parts.popitem(last=False)


def interacted(
    imported: ImportedCache,
    transaction: Transaction,
    group_arn: str,
    user_id: str,
    dataset_type: str = "INTERACTIONS",
) -> list[tuple[str, str]]:
    """The distinct (item id, event type in lower case) of a user at this moment.

    With ACTION_INTERACTIONS for the dataset type, action ids. Anonymous events count for the user
    whose session it is; a session that names nobody is asked for by its own id. Raises
    NotHereError where an imported part has to be mapped first.
    """
    row = transaction.resources.row(Dataset, dataset_arn(group_arn, dataset_type))
    if row is None:
        return []
    seq, dataset = row
    before = imported.of_user(dataset.parts, user_id)
    streamed = distinct_events if dataset_type == "INTERACTIONS" else distinct_actions
    since = streamed(transaction.connection, seq, user_id, known=before.known)
    return list(dict.fromkeys((*before.pairs, *since)))


def _joined(parts: list[Interactions], user_id: str) -> Imported:
    pairs: dict[tuple[str, str], None] = {}
    known = False
    for part in parts:
        code = part.users.find(user_id)
        if code < 0:
            continue
        known = True
        rows = part.rows_of(code)
        kinds = len(part.event_types)
        both = np.unique(part.item[rows].astype(np.int64) * kinds + part.event_type[rows])
        for item, kind in zip((both // kinds).tolist(), (both % kinds).tolist(), strict=True):
            pairs[part.items[item], part.event_types[kind]] = None
    return Imported(known, tuple(pairs))
