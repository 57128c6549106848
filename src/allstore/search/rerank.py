"""The blend of text relevance and a shopper's preference."""

from collections.abc import Callable, Mapping, Sequence

import msgspec


class Hit(msgspec.Struct, frozen=True):
    product_id: str
    relevance: float
    """BM25 of the query; not comparable between queries."""
    promoted: bool = False


class Preference(msgspec.Struct, frozen=True):
    """The engine's scores of products for a shopper, higher is better; or a `warning` why none."""

    scores: Mapping[str, float] = {}
    recommendation_id: str | None = None
    milliseconds: float = 0.0
    warning: str | None = None


Ranker = Callable[[Sequence[str]], Preference]
"""Asks the engine how much one shopper prefers each of these products (500 at most)."""


class Blend(msgspec.Struct, frozen=True):
    weight: float = 0.3
    """Of the preference, 0 to 1; the rest is the text's."""
    lift: float = 0.5
    """What a promotion adds to a product's preference, on a scale whose best product has 1."""
    most_promoted: int = 2
    among: int = 10
    """At most `most_promoted` promoted products stand among the first `among`."""


class Ranked(msgspec.Struct, frozen=True):
    product_id: str
    relevance: float
    """As a share of the best hit's."""
    preference: float | None
    """As a share of the most preferred hit's; None where the engine did not say."""
    score: float
    promoted: bool
    plain_rank: int
    """1 is first by text alone."""


def plain(hits: Sequence[Hit]) -> list[Ranked]:
    """The order by text alone."""
    best = max((hit.relevance for hit in hits), default=0.0) or 1.0
    return [
        Ranked(
            product_id=hit.product_id,
            relevance=hit.relevance / best,
            preference=None,
            score=hit.relevance / best,
            promoted=hit.promoted,
            plain_rank=rank,
        )
        for rank, hit in enumerate(hits, 1)
    ]


def blended(hits: Sequence[Hit], scores: Mapping[str, float], blend: Blend) -> list[Ranked]:
    """`(1 - weight) * relevance + weight * (preference + lift if promoted)`, under the cap.

    Products that the engine has no score of count as the mean of the others: it knows nothing
    against them. Weight 0, or no scores at all, is the plain order, cap or not.
    """
    unweighted = plain(hits)
    best = max((scores.get(hit.product_id, 0.0) for hit in hits), default=0.0)
    if blend.weight == 0 or best <= 0:
        return unweighted
    known = [scores[hit.product_id] / best for hit in hits if hit.product_id in scores]
    usual = sum(known) / len(known)
    ranked = [_weighed(each, scores, best, usual, blend) for each in unweighted]
    ranked.sort(key=lambda each: (-each.score, each.plain_rank))
    return capped(ranked, blend)


def capped(ranked: Sequence[Ranked], blend: Blend) -> list[Ranked]:
    """Promoted products over the cap wait until after the first `among`; where there are fewer
    others than that, they follow those.
    """
    first: list[Ranked] = []
    waiting: list[Ranked] = []
    promoted = 0
    for at, each in enumerate(ranked):
        if len(first) == blend.among:
            return [*first, *_merged(waiting, ranked[at:])]
        if each.promoted and promoted == blend.most_promoted:
            waiting.append(each)
            continue
        promoted += each.promoted
        first.append(each)
    return [*first, *waiting]


def _merged(waiting: Sequence[Ranked], rest: Sequence[Ranked]) -> list[Ranked]:
    return sorted([*waiting, *rest], key=lambda each: (-each.score, each.plain_rank))


def _weighed(
    each: Ranked, scores: Mapping[str, float], best: float, usual: float, blend: Blend
) -> Ranked:
    preference = scores[each.product_id] / best if each.product_id in scores else None
    liking = (usual if preference is None else preference) + blend.lift * each.promoted
    score = (1 - blend.weight) * each.relevance + blend.weight * liking
    return msgspec.structs.replace(each, preference=preference, score=score)
