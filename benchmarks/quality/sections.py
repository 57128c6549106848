"""What is asked in sections A to C: data sets, protocols and metrics."""

from collections.abc import Callable, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions
from aisle.evaluation import list_metrics
from aisle.evaluation.held_out import HeldOut
from aisle.evaluation.list_metrics import Hits, Values
from aisle.evaluation.protocols import Protocol, ProtocolName, Variant, hold_out

TIMED = "time given"
"""Of metrics where a request comes at the time of what is to be found."""
METRICS: Mapping[str, Callable[[Hits, NDArray[np.int64]], Values]] = {
    "hr@10": lambda hits, _relevant: list_metrics.hit(hits, 10),
    "ndcg@5": lambda hits, relevant: list_metrics.ndcg(hits, relevant, 5),
    "ndcg@10": lambda hits, relevant: list_metrics.ndcg(hits, relevant, 10),
    "ndcg@5 as published": lambda hits, _relevant: list_metrics.ndcg_published(hits, 5),
    "ndcg@10 as published": lambda hits, _relevant: list_metrics.ndcg_published(hits, 10),
    "mrr@25": lambda hits, _relevant: list_metrics.reciprocal_rank(hits, 25),
    "p@5": lambda hits, _relevant: list_metrics.precision(hits, 5),
    "p@10": lambda hits, _relevant: list_metrics.precision(hits, 10),
}


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """Data sets under one protocol."""

    name: str
    datasets: tuple[str, ...]
    protocol: Protocol
    variants: tuple[Variant, ...] = (Variant.FIRST,)
    """Of a time split."""
    metrics: tuple[str, ...]
    depth: int
    seeds: int = 1
    metadata: bool = True
    """Whether models are told what items and users are."""

    def questions(self, data: Interactions, seed: int) -> dict[str, HeldOut]:
        """By what the metrics' names end with; all of them learn from the same."""
        found = {}
        for variant in self.variants:
            for timed in (False, True):
                named = [variant.value] if len(self.variants) > 1 else []
                label = ", ".join([*named, TIMED] if timed else named)
                protocol = msgspec.structs.replace(
                    self.protocol, seed=seed, variant=variant, target_time=timed
                )
                found[label] = hold_out(data, protocol)
        return found


SECTIONS = (
    Section(
        name="A",
        datasets=("ml-1m", "beauty", "sports"),
        protocol=Protocol(name=ProtocolName.LEAVE_ONE_OUT),
        metrics=("hr@10", "ndcg@10"),
        depth=10,
    ),
    Section(
        name="B",
        datasets=("ml-1m", "beauty", "sports"),
        protocol=Protocol(name=ProtocolName.TIME_SPLIT),
        variants=(Variant.FIRST, Variant.LAST, Variant.SUCCESSIVE),
        metrics=("hr@10", "ndcg@10"),
        depth=10,
    ),
    Section(
        name="C",
        datasets=("ml-1m",),
        protocol=Protocol(name=ProtocolName.PERCENT_HOLDOUT),
        metrics=(
            "mrr@25",
            "p@5",
            "p@10",
            "ndcg@5 as published",
            "ndcg@10 as published",
            "ndcg@10",
        ),
        depth=25,
        metadata=False,
    ),
    Section(
        name="C",
        datasets=("ml-latest-small",),
        protocol=Protocol(name=ProtocolName.PERSONALIZE),
        metrics=("ndcg@10", "mrr@25", "p@10"),
        depth=25,
        seeds=20,
        metadata=False,
    ),
    Section(
        name="C",
        datasets=("ml-100k-liked",),
        protocol=Protocol(name=ProtocolName.PERSONALIZE),
        metrics=("ndcg@10", "mrr@25", "p@10"),
        depth=25,
        seeds=20,
    ),
)


def quick(section: Section) -> Section:
    """The same on the smallest data set, for a look in a minute."""
    small = ("ml-100k",) if section.seeds == 1 else section.datasets
    return msgspec.structs.replace(section, datasets=small, seeds=min(section.seeds, 2))
