"""What an evaluation found, in the form in which it is kept."""

import os
import platform
from importlib.metadata import version

import msgspec

from aisle.evaluation.held_out import LeftOut
from aisle.evaluation.protocols import Protocol


class Row(msgspec.Struct, frozen=True):
    """A number and how it came about."""

    section: str
    """The protocol, or the name that a benchmark gives it."""
    dataset: str
    model: str
    metric: str
    """With its cutoff, such as `ndcg@10`."""
    value: float
    low: float | None
    """Ends of the 95 % interval; None where a number is of all lists together, or no resample has a
    list with one.
    """
    high: float | None
    seconds: float
    """Wall time of learning."""
    seed: int
    note: str


class Difference(msgspec.Struct, frozen=True):
    """How far a model is ahead of a baseline, on the same users."""

    model: str
    baseline: str
    metric: str
    value: float
    low: float
    high: float


class Part(msgspec.Struct, frozen=True):
    """How a model does on a part of what is asked."""

    model: str
    by: str
    """`history` (events given) or `popularity` (decile of the item to be found)."""
    part: str
    ndcg: float
    count: int
    """Lists, or items to be found."""


class Refusal(msgspec.Struct, frozen=True):
    """A model that would not learn from the data."""

    model: str
    reason: str


class Machine(msgspec.Struct, frozen=True):
    """Where it ran."""

    system: str
    cores: int
    python: str
    aisle: str

    @classmethod
    def here(cls) -> "Machine":
        """This one."""
        return cls(
            system=f"{platform.system()} {platform.machine()}",
            cores=os.cpu_count() or 1,
            python=platform.python_version(),
            aisle=version("aisle"),
        )


class Setup(msgspec.Struct, frozen=True):
    """What the numbers rest on."""

    dataset: str
    protocol: Protocol
    cutoffs: tuple[int, ...]
    seed: int
    interactions: int
    """After the k-core, where the protocol has one."""
    users: int
    items: int
    learnt_from: int
    """Interactions."""
    lists: int
    asked: int
    """Distinct users."""
    left_out: LeftOut
    diverse_by: str
    """What makes items alike for diversity: `metadata` or `co-occurrence`."""
    resamples: int
    machine: Machine


class Evaluation(msgspec.Struct, frozen=True):
    """The outcome."""

    setup: Setup
    rows: tuple[Row, ...]
    """Model by model, in the order in which they took part."""
    differences: tuple[Difference, ...] = ()
    parts: tuple[Part, ...] = ()
    refusals: tuple[Refusal, ...] = ()

    def value(self, model: str, metric: str) -> float:
        """One number. Raises KeyError where there is none."""
        for row in self.rows:
            if (row.model, row.metric) == (model, metric):
                return row.value
        raise KeyError(model, metric)

    @property
    def models(self) -> tuple[str, ...]:
        """Those with rows, in order."""
        return tuple(dict.fromkeys(row.model for row in self.rows))
