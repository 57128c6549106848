"""Compiled inner loops of the related-items recipes. Only training imports this module."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def strongest_together(  # noqa: PLR0917 - compiled code takes no keywords
    first: int,
    last: int,
    item_offsets: NDArray[np.int64],
    events_of: NDArray[np.int64],
    group_start: NDArray[np.int64],
    group_stop: NDArray[np.int64],
    item: NDArray[np.int32],
    forward: NDArray[np.float32],
    backward: NDArray[np.float32],
    penalty: NDArray[np.float64],
    least: float,
    shrink: float,
    codes: NDArray[np.int32],
    values: NDArray[np.float32],
    weight: NDArray[np.float32] | None,
) -> None:
    """Fill rows `first:last` of `codes` and `values`, `[rows, kept]`, strongest first.

    Events lie group by group: event `a` is of the group `group_start[a]:group_stop[a]`, and the
    events of item `i` are `events_of[item_offsets[i]:item_offsets[i + 1]]`. An event k + 1 places
    after one of the item's adds `forward[k]` to that other item's sum, one before it `backward[k]`.
    A sum s of at least `least` becomes s * s / (s + shrink) / penalty of both items. With a
    `weight` `[events]` a pair adds so many times the product of its weights to s, and `least` is
    held to the sum without them. Places in `codes` beyond the last one are -1. Memory grows with
    the items of a list, not with all pairs.
    """
    reach = len(forward)
    total = np.zeros(len(penalty), np.float64)
    plain = total if weight is None else np.zeros(len(penalty), np.float64)
    touched = np.empty(len(penalty), np.int32)
    touched_by = np.full(len(penalty), -1, np.int32)  # a sum may stay 0, by weights that are small
    for source in range(first, last):
        many = 0
        for place in range(item_offsets[source], item_offsets[source + 1]):
            a = events_of[place]
            for b in range(max(group_start[a], a - reach), min(group_stop[a], a + reach + 1)):
                other = item[b]
                if other == source:
                    continue
                if total[other] == 0.0 and touched_by[other] != source:
                    touched_by[other] = source
                    touched[many] = other
                    many += 1
                counts = forward[b - a - 1] if b > a else backward[a - b - 1]
                if weight is None:
                    total[other] += counts
                else:
                    plain[other] += counts
                    total[other] += counts * weight[a] * weight[b]
        found = np.sort(touched[:many])
        strength = np.empty(many, np.float64)
        for k in range(many):
            one = total[found[k]]
            enough = plain[found[k]] >= least and one > 0.0
            plain[found[k]] = 0.0
            total[found[k]] = 0.0
            strength[k] = one * one / (one + shrink) / penalty[found[k]] if enough else 0.0
        order = np.argsort(-strength, kind="mergesort")
        for k in range(codes.shape[1]):
            alive = k < many and strength[order[k]] > 0.0
            codes[source, k] = found[order[k]] if alive else -1
            values[source, k] = strength[order[k]] / penalty[source] if alive else 0.0


@njit(cache=True, nogil=True)
def strongest_of(
    scores: NDArray[np.float32], codes: NDArray[np.int32], values: NDArray[np.float32]
) -> None:
    """Fill `[rows, kept]` from `[rows, items]`: the highest scores above 0, highest first.

    Places in `codes` beyond the last one are -1. A heap of the best so far, its root the worst of
    them, is cheaper than sorting where few of many are kept.
    """
    rows, kept = codes.shape
    if kept == 0:
        return
    for row in range(rows):
        best = np.zeros(kept, np.float32)
        who = np.full(kept, -1, np.int32)
        for code in range(scores.shape[1]):
            score = scores[row, code]
            if score <= best[0]:
                continue
            parent = 0
            while True:
                child = 2 * parent + 1
                if child >= kept:
                    break
                if child + 1 < kept and best[child + 1] < best[child]:
                    child += 1
                if best[child] >= score:
                    break
                best[parent] = best[child]
                who[parent] = who[child]
                parent = child
            best[parent] = score
            who[parent] = code
        order = np.argsort(-best, kind="mergesort")
        codes[row] = who[order]
        values[row] = best[order]
