"""How well a network predicts the last events of users that were kept out."""

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.recipes.traits import Traits
from aisle.recipes.transformer.network import Network, reads, starts
from aisle.recipes.transformer.plan import Plan
from aisle.recipes.transformer.positions import Positions, Rows

_CUTOFF = 10
_AT_A_TIME = 64
_FEWEST = 3
"""Events of a watched user: one to predict, one to predict it from, one to learn from."""


class Validation(msgspec.Struct, frozen=True):
    """Positions to predict."""

    positions: Positions
    last: NDArray[np.int64]
    """Each watched user's last position."""
    first: NDArray[np.int64]
    """And the first."""
    traits: Traits | None
    user: NDArray[np.int64]
    """The watched users' codes."""

    def ndcg(self, network: Network, device: torch.device) -> float:
        """NDCG@10 over the whole catalogue, items of the history among the others."""
        length = int(network.get_buffer("back").shape[0])
        gains = np.zeros(len(self.last))
        network.eval()
        with torch.inference_mode():
            output = network.output.whole().T
            for start in range(0, len(self.last), _AT_A_TIME):
                some = slice(start, start + _AT_A_TIME)
                rows = self._rows(some, length)
                user = torch.from_numpy(rows.user).to(device)
                read = reads(self.positions, rows, device)
                started = starts(self.traits, rows, read["item"], len(network.bias), device)
                vectors = network(read, user, started)[:, -1]
                scores = vectors.float() @ output + network.bias
                target = torch.from_numpy(self.positions.target[self.last[some]]).long()
                true = scores.gather(1, target.to(device)[:, None])
                places = (scores > true).sum(1).cpu().numpy()
                gains[some] = np.where(places < _CUTOFF, 1 / np.log2(places + 2), 0)
        network.train()
        return float(gains.mean())

    def _rows(self, some: slice, length: int) -> Rows:
        """One user a row, the last position at its end."""
        last, first = self.last[some, None], self.first[some, None]
        positions = last + np.arange(1 - length, 1)
        mine = positions >= first
        return Rows(
            user=np.where(mine, self.user[some, None], -1), positions=np.where(mine, positions, 0)
        )


def watched_users(events: Interactions, plan: Plan) -> NDArray[np.int64]:
    """The codes of some users with enough events, by the plan's seed."""
    users = np.flatnonzero(np.diff(events.offsets) >= _FEWEST)
    rng = np.random.default_rng(plan.seed)
    return np.sort(rng.choice(users, min(plan.watched, len(users)), replace=False))


def unwatched(events: Interactions, users: NDArray[np.int64]) -> Interactions:
    """The events without the last ones of the watched `users`."""
    mask = np.ones(len(events), bool)
    having = users[np.diff(events.offsets)[users] > 0]
    mask[events.offsets[having + 1] - 1] = False
    return events.where(mask)


def held_out(
    watched: NDArray[np.int64], positions: Positions, traits: Traits | None
) -> Validation | None:
    """Those users' last positions, which must not be learnt from: their weight becomes 0."""
    if not len(watched):
        return None
    last = positions.offsets[watched + 1] - 1
    positions.weight[last] = 0
    return Validation(positions, last, positions.offsets[watched], traits, watched)
