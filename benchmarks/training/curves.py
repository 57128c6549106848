"""NDCG@10 on the leave-one-out validation as a training goes, against its wall time."""

import time
from collections.abc import Iterator

import msgspec

from aisle.evaluation.protocols import Protocol, ProtocolName, hold_out
from benchmarks.peers.child import MODELS as PEERS
from benchmarks.peers.client import peer
from benchmarks.quality.entrants import entrant
from benchmarks.quality.measuring import values_of
from benchmarks.quality.rows import Row
from benchmarks.quality.training_data import training_data
from benchmarks.training.times import POINT

_METRIC = "ndcg@10"
_DEPTH = 10
_MOST_EPOCHS = 10_000


class Point(msgspec.Struct, frozen=True):
    """What has been reached after so many seconds of training."""

    seconds: float
    ndcg: float
    peak_mib: int
    step: str


def curve(dataset: str, model: str, cap: float, patience: int) -> list[Row]:
    """Rows of a model's training: a peer's until `patience` epochs have brought nothing new, or
    until `cap` seconds; anybody else's as one point.
    """
    begun = time.perf_counter()
    points = list(_points(dataset, model, cap, patience))
    best = max(points, key=lambda point: point.ndcg)
    peak = max(point.peak_mib for point in points)
    wall = time.perf_counter() - begun

    def row(metric: str, value: float, seconds: float, note: str) -> Row:
        value, seconds = round(value, 4), round(seconds, 1)
        return Row("E", dataset, model, metric, value, seconds, peak, 0, note)

    capped = f", stopped by the cap of {cap:g} s" if points[-1].seconds >= cap else ""
    told = f"best at {best.step}{capped}; {wall:.0f} s with the asking"
    return [
        row("best ndcg@10", best.ndcg, best.seconds, told),
        row("seconds to best", best.seconds, best.seconds, told),
        row("seconds in all", points[-1].seconds, points[-1].seconds, told),
        *(row(f"{POINT}{one.step}", one.ndcg, one.seconds, "") for one in points),
    ]


def _points(dataset: str, model: str, cap: float, patience: int) -> Iterator[Point]:
    data = training_data(dataset, metadata=True)
    protocol = Protocol(name=ProtocolName.LEAVE_ONE_OUT, target_time=False)
    held = hold_out(hold_out(data.interactions, protocol).train, protocol)
    learnt = msgspec.structs.replace(data, interactions=held.train)
    if model not in PEERS:
        answers = entrant(model)(learnt, {"": held}, _DEPTH, 0)
        ndcg = float(values_of(_METRIC, answers.lists[""], held).mean())
        yield Point(answers.seconds, ndcg, answers.peak_mib, "the end")
        return
    best, waited = -1.0, 0
    only = 1 if PEERS[model][2] == 1 else _MOST_EPOCHS
    with peer(model, held.train, 0, only) as learning:
        for epoch in learning.epochs():
            ndcg = float(values_of(_METRIC, learning.lists(held, _DEPTH), held).mean())
            yield Point(epoch.seconds, ndcg, epoch.peak_mib, f"epoch {epoch.epoch}")
            waited = 0 if ndcg > best else waited + 1
            best = max(best, ndcg)
            if waited >= patience or epoch.seconds >= cap:
                return
