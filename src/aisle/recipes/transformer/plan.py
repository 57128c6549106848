"""How long and how fast to train, by the size of the data and what the processor can do."""

from pathlib import Path

import msgspec
import numpy as np

from aisle.data.interactions import Interactions
from aisle.recipes.base import Config

_ROWS = 32
_FEW_ROWS = 16
_FEW_POSITIONS = 1_000_000
"""Below so many, batches have few rows, for more steps."""
_MANY_OF_EACH = 40
"""Events an item that are not few."""
_MOST_WATCHED, _LEAST_WATCHED = 2000, 200
_WATCHED_OF = 1000
"""Positions gone through for each user who is watched: to look must not cost what learning does."""
_FAST = frozenset({"amx_bf16", "avx512_bf16"})
"""Instructions that multiply matrices in bfloat16."""


class Plan(msgspec.Struct, frozen=True):
    """The settings of one training."""

    epochs: float
    seed: int = 0
    rows: int = _ROWS
    """Rows of a batch."""
    rate: float = 2e-3
    """The highest learning rate."""
    dropout: float = 0.2
    patience: int = 2
    """Epochs without a gain after which training stops."""
    refresh: float = 0.3
    """Part of the epochs for a training that goes on from another."""
    whole_up_to: int = 6000
    """Items up to which the loss is over the whole catalogue; beyond, over a sample."""
    dense_up_to: int = 30_000
    """Items up to which every step touches every vector; it costs less than finding out which."""
    negatives: int = 1024
    sampling_power: float = 0.75
    """The sample is drawn by an item's events to this power."""
    watched: int = _MOST_WATCHED
    """Users whose last event is kept out to see how the training goes."""
    loss_threads: int = 1
    """Threads that share the positions of a batch where the loss is over the whole catalogue."""
    half: bool = False
    """Whether products run in bfloat16."""


def has_fast_bfloat16() -> bool:
    """Whether this machine multiplies matrices in bfloat16 faster than in single precision."""
    import torch  # noqa: PLC0415 - only a training asks

    if torch.cuda.is_available():
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return not _FAST.isdisjoint(_processor_flags())


def _processor_flags() -> list[str]:
    """What Linux says that the processor can do; nothing elsewhere."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    return next((line.split() for line in lines if line.startswith("flags")), [])


def has_few_of_each(events: Interactions) -> bool:
    """Whether items have so few events that they are soon learnt by heart."""
    return len(events) < _MANY_OF_EACH * int(np.count_nonzero(np.bincount(events.item)))


def plan_for(events: Interactions, most_epochs: int, config: Config) -> Plan:
    """As many epochs as the positions allow that `config` does, up to `most_epochs`.

    Where items have few events each, slower and with more left out.
    """
    epochs = min(config.most_positions / max(len(events), 1), float(most_epochs))
    gone_through = int(epochs * len(events))
    plan = Plan(
        epochs=epochs,
        seed=config.seed,
        rows=_FEW_ROWS if gone_through < _FEW_POSITIONS else _ROWS,
        watched=min(max(gone_through // _WATCHED_OF, _LEAST_WATCHED), _MOST_WATCHED),
        half=has_fast_bfloat16(),
    )
    if has_few_of_each(events):
        plan = msgspec.structs.replace(plan, rate=1e-3, dropout=0.5, patience=4)
    return plan
