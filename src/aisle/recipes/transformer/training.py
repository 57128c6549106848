"""How the transformer learns: batches, loss, schedule, and when to stop."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from aisle.data.interactions import Interactions
from aisle.recipes.traits import Traits
from aisle.recipes.transformer import loss
from aisle.recipes.transformer.begin import Begun
from aisle.recipes.transformer.model import TransformerModel
from aisle.recipes.transformer.network import Network, Started, reads, starts
from aisle.recipes.transformer.optimiser import optimisers_of
from aisle.recipes.transformer.plan import Plan
from aisle.recipes.transformer.positions import Positions, Rows, positions_of, rows_of, within_reach
from aisle.recipes.transformer.shape import NARROW
from aisle.recipes.transformer.validation import Validation, held_out, watched_users

Report = Callable[[float, str], None]
"""Called with the share done and what is going on; raises to cancel."""

_WARM_UP = 0.03
_LOWEST = 0.02
"""The learning rate at the end, as a part of the highest."""
_HIDDEN = 0.3
"""Share of the positions that are not told when the next item is asked for, and in what context, a
column at a time."""
_ASKED = ("until", "context")
_CLIP = 1.0
_REPORT_EVERY = 20
_LEAST_STEPS = 10
"""Of an epoch of fewer, several count as one: so little changes nothing that could be seen."""


def fit(events: Interactions, begun: Begun, plan: Plan, report: Report) -> TransformerModel:
    """Learn the next item at every position of every user.

    Some users' last events are kept out, and the state that predicts them best is what is returned;
    training stops when they have not gained for `plan.patience` epochs. A training that goes on
    from another learns from all events, for `plan.refresh` of the epochs.
    """
    threads = torch.get_num_threads()
    narrow = begun.model.shape.width <= NARROW
    if narrow and not torch.cuda.is_available():
        plan = msgspec.structs.replace(plan, loss_threads=threads)
    with _threads(1 if narrow else threads):
        return _fit(events, begun, plan, report)


def _fit(events: Interactions, begun: Begun, plan: Plan, report: Report) -> TransformerModel:
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng(plan.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    shape = begun.model.shape
    network = Network(shape, plan.dropout, begun.of_items, sparse=shape.items > plan.dense_up_to)
    take(network, begun.model.parameters)
    network.to(device)
    epochs = plan.epochs * (plan.refresh if begun.trained else 1.0)
    steps = max(math.ceil(epochs * len(events) / (plan.rows * shape.length)), 1)
    counts = np.bincount(events.item, minlength=shape.items)
    users = watched_users(events, plan)
    events = within_reach(events, steps * plan.rows * shape.length, users, rng)
    positions = positions_of(
        events, shape, begun.model.usual, begun.model.edges, begun.model.context
    )
    watched = None if begun.trained else held_out(users, positions, begun.of_users)
    training = _Training(network, positions, counts, begun.of_users, plan)
    best = training.run(steps, rng, watched, report)
    return msgspec.structs.replace(begun.model, parameters=best)


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """So many threads meanwhile: those of small products wait for each other most of the time."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class _Training:
    """One run over the events."""

    def __init__(
        self,
        network: Network,
        positions: Positions,
        counts: NDArray[np.int64],
        traits: Traits | None,
        plan: Plan,
    ) -> None:
        self._network, self._positions = network, positions
        self._plan, self._traits = plan, traits
        self._device = network.bias.device
        self._optimisers = optimisers_of(network, plan)
        self._events = int(counts.sum())
        chances = counts.astype(np.float64) ** plan.sampling_power
        self._chances = torch.tensor(chances / chances.sum(), dtype=torch.float32).to(self._device)
        self._loss, self._seen = 0.0, 0.0

    def run(
        self, steps: int, rng: np.random.Generator, watched: Validation | None, report: Report
    ) -> dict[str, NDArray[np.float32]]:
        """The parameters after so many steps, or the best on the way."""
        plan = self._plan
        length = int(self._network.get_buffer("back").shape[0])
        per_epoch = max(self._events // (plan.rows * length), 1)
        watch_every = max(per_epoch, _LEAST_STEPS)
        best, words = Best(plan.patience), ""
        step = 0
        while step < steps and not best.over:
            for rows in rows_of(self._positions.offsets, length, plan.rows, rng):
                self._step(rows, plan.rate * _schedule(step / steps))
                step += 1
                if step % _REPORT_EVERY == 0:
                    report(step / steps, f"epoch {step / per_epoch:.1f}, {self._words()}{words}")
                if watched is not None and (step % watch_every == 0 or step == steps):
                    value = watched.ndcg(self._network, self._device)
                    words = f", validation NDCG@10 {value:.4f}"
                    report(step / steps, f"epoch {step / per_epoch:.1f}, {self._words()}{words}")
                    best.offer(value, self._network)
                if step == steps or best.over:
                    break
        return best.parameters or parameters_of(self._network)

    def _step(self, rows: Rows, rate: float) -> None:
        for optimiser in self._optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.zero_grad()
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._plan.half):
            vectors = self._network(*self._read(rows))
        at = rows.positions[rows.user >= 0]
        counted = self._tensor(self._positions.weight[at])
        target = self._tensor(self._positions.target[at]).long()
        mine = self._tensor(rows.user.ravel() >= 0)
        hidden = vectors.float().flatten(0, 1)[mine]
        total = self._total(hidden, target, counted)
        mean = total / counted.sum().clamp(min=1e-6)
        mean.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._network.blocks.parameters(), _CLIP)
        for optimiser in self._optimisers:
            optimiser.step()
        self._seen = 0.98 * self._seen + 0.02
        self._loss = 0.98 * self._loss + 0.02 * float(mean.detach())

    def _total(self, hidden: Tensor, target: Tensor, weight: Tensor) -> Tensor:
        bias = self._network.bias
        if len(bias) <= self._plan.whole_up_to:
            output = self._network.output.whole()
            return loss.whole(hidden, output, bias, target, weight, self._plan.loss_threads)
        items = torch.multinomial(self._chances, self._plan.negatives, replacement=True)
        vectors = self._network.output
        drawn = loss.Drawn(items, self._chances[items].log(), vectors(items), bias[items])
        true = (hidden * vectors(target)).sum(1) + bias[target]
        return loss.sampled(hidden, true, drawn, target, weight)

    def _read(self, rows: Rows) -> tuple[dict[str, Tensor], Tensor, Started | None]:
        read = reads(self._positions, rows, self._device)
        started = starts(self._traits, rows, read["item"], len(self._network.bias), self._device)
        for name in _ASKED:
            if name in read:
                shown = torch.rand(read[name].shape, device=self._device) >= _HIDDEN
                read[name] = read[name] * shown
        return read, self._tensor(rows.user), started

    def _tensor(self, array: NDArray[np.generic]) -> Tensor:
        return torch.from_numpy(array).to(self._device)

    def _words(self) -> str:
        return f"loss {self._loss / max(self._seen, 1e-9):.3f}"


class Best:
    """The parameters that predicted the watched users best."""

    def __init__(self, patience: int) -> None:
        self.parameters: dict[str, NDArray[np.float32]] = {}
        self._patience, self._value, self._worse = patience, -1.0, 0

    @property
    def over(self) -> bool:
        """Whether there has been no gain for too long."""
        return self._worse >= self._patience

    def offer(self, value: float, network: Network) -> None:
        """Keep the network as it stands if it is better than before."""
        if value > self._value:
            self._value, self._worse = value, 0
            self.parameters = parameters_of(network)
        else:
            self._worse += 1


def take(network: Network, parameters: Mapping[str, NDArray[np.float32]]) -> None:
    """Set a network to what `parameters_of` gave of one over the same items."""
    network.load_state_dict({name: torch.tensor(value) for name, value in parameters.items()})
    with torch.no_grad():
        for table in (network.inputs.item, network.output):
            table.weight -= table.whole() - table.weight


def parameters_of(network: Network) -> dict[str, NDArray[np.float32]]:
    """A copy of the network's parameters by name; the vectors of items are whole."""
    state = network.state_dict()
    with torch.no_grad():
        state |= {"inputs.item.weight": network.inputs.item.whole()}
        state |= {"output.weight": network.output.whole()}
    return {name: value.detach().cpu().numpy().copy() for name, value in state.items()}


def _schedule(done: float) -> float:
    """Part of the highest learning rate: a short rise, then half a cosine."""
    rise = min(done / _WARM_UP, 1.0) if done < _WARM_UP else 1.0
    return max(rise, _LOWEST) * (_LOWEST + (1 - _LOWEST) * 0.5 * (1 + math.cos(math.pi * done)))
