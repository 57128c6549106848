"""Models that move: each follows the events streamed since its training, once a process."""

from collections import ChainMap, OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import overload

import numpy as np
from numpy.typing import NDArray

from aisle.data.event_feed import FedEvent, events_after
from aisle.data.state import State, Transaction
from aisle.recipes.base import Live, Query, StreamedEvents
from aisle.recipes.deployable import Deployable
from aisle.recipes.objective import live_of
from aisle.serving.loading import NotHereError

_MOST_MODELS = 64
_MOST_AT_ONCE = 500
"""How many events a request takes in on its way; more of them go through a thread."""
_MOST_IN_A_THREAD = 5000
_MOST_NEW = 100_000
"""How many items that a model does not know a follower gives a code; events of others are left."""


class Followed:
    """A deployed model, and what has come since its training where its recipe makes use of that."""

    def __init__(self, deployed: Deployable, live: Live | None) -> None:
        self.deployed = deployed
        self._live = live
        self._new: list[str] = []
        self._new_codes: dict[str, int] = {}
        self.ids: Sequence[str] = deployed.ids
        self.codes: Mapping[str, int] = deployed.codes
        if live is not None:
            self.ids = _Joined(deployed.ids, self._new)
            self.codes = ChainMap(self._new_codes, deployed.codes)
        self._seen = deployed.manifest.newest_event_id
        self._following = Lock()

    def follow(self, transaction: Transaction, most: int) -> bool:
        """Take in the next events; True while there may be more."""
        if self._live is None:
            return False
        with self._following:
            dataset = self.deployed.manifest.dataset
            feed = events_after(transaction.connection, dataset, self._seen, most)
            wanted = [event for event in feed.events if self._wanted(event)]
            if wanted:
                self._live.absorb(self._coded(wanted))
            self._seen = feed.seen
        return feed.more

    def score(self, query: Query) -> NDArray[np.float32]:
        """A score for every id that was known when the query's answer was begun, or more."""
        if self._live is None:
            return self.deployed.model.score(query)
        with self._following:
            return self._live.score(query)

    def _wanted(self, event: FedEvent) -> bool:
        """Whether the training would have learnt from it, and its item has or can have a code."""
        if not self.deployed.manifest.selection.takes(event.event_type, event.event_value):
            return False
        kind = self.deployed.recipe.event_type
        if kind is not None and event.event_type.lower() != kind.lower():
            return False
        if event.item_id in self.codes:
            return True
        if len(self._new) == _MOST_NEW:
            return False
        self._new_codes[event.item_id] = len(self.ids)
        self._new.append(event.item_id)
        return True

    def _coded(self, events: Sequence[FedEvent]) -> StreamedEvents:
        kinds = self.deployed.event_type_codes
        values = [np.nan if event.event_value is None else event.event_value for event in events]
        return StreamedEvents(
            users=[event.user for event in events],
            item=np.array([self.codes[event.item_id] for event in events], np.int32),
            event_type=np.array([kinds.get(one.event_type.lower(), 0) for one in events], np.uint8),
            value=np.array(values, np.float32),
            time=np.array([event.sent_at for event in events], np.float64),
            known=len(self.ids),
            weight=self._weights(events),
        )

    def _weights(self, events: Sequence[FedEvent]) -> NDArray[np.float32] | None:
        """`[events]` as the training would have weighed them."""
        if self.deployed.histories.weight is None:
            return None
        selection = self.deployed.manifest.selection
        return np.array([selection.weight(event.event_type) for event in events], np.float32)


class FollowedModels:
    """The models used last, each with what it has followed."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._kept: OrderedDict[int, Followed] = OrderedDict()
        self._loading = Lock()
        self._changing = Lock()

    def current(self, transaction: Transaction, deployed: Deployable) -> Followed:
        """A model with all that has come up to this moment.

        Raises NotHereError where that is too much to take in on the way.
        """
        followed = self._found(deployed)
        if followed is None or followed.follow(transaction, _MOST_AT_ONCE):
            raise NotHereError(lambda: self._load(deployed))
        return followed

    def _found(self, deployed: Deployable) -> Followed | None:
        key = id(deployed)  # kept alive beside it, so that no other model gets its id
        with self._changing:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def _load(self, deployed: Deployable) -> None:
        """Have a model here with all events up to now; this is not for the event loop."""
        with self._loading:
            followed = self._found(deployed)
            if followed is None:
                live = live_of(deployed.recipe, deployed.model, deployed.histories)
                followed = Followed(deployed, live)
            more = True
            while more:
                with self._state.read() as transaction:
                    more = followed.follow(transaction, _MOST_IN_A_THREAD)
            with self._changing:
                self._kept[id(deployed)] = followed
                while len(self._kept) > _MOST_MODELS:
                    self._kept.popitem(last=False)


class _Joined(Sequence[str]):
    """Ids that stay, then ids that grow in number."""

    def __init__(self, first: Sequence[str], then: Sequence[str]) -> None:
        self._first, self._then = first, then

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(len(self)))]
        if index < len(self._first):
            return self._first[index]
        return self._then[index - len(self._first)]

    def __len__(self) -> int:
        return len(self._first) + len(self._then)
