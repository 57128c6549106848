"""Numbers that others published, and the goals set against them."""

import msgspec

ESASREC = "eSASRec, RecSys 2025"
SPLIT = "time-to-split repository"
SAMPLES = "Amazon Personalize samples"


class Published(msgspec.Struct, frozen=True):
    """A model's row of a table under the same protocol."""

    section: str
    dataset: str
    model: str
    values: dict[str, float]
    source: str


class Goal(msgspec.Struct, frozen=True):
    """What our default model is to reach."""

    section: str
    dataset: str
    metric: str
    value: float
    at_most: bool = False
    """Whether less is better."""


def _accuracy(hit_rate: float, ndcg: float, label: str = "") -> dict[str, float]:
    return {f"hr@10{label}": hit_rate, f"ndcg@10{label}": ndcg}


PUBLISHED = (
    Published("A", "ml-1m", "SASRec, sampled softmax", _accuracy(0.2929, 0.1684), ESASREC),
    Published("A", "ml-1m", "eSASRec", _accuracy(0.3133, 0.1772), ESASREC),
    Published("A", "ml-1m", "FuXi-alpha", _accuracy(0.3164, 0.1813), ESASREC),
    Published("A", "ml-1m", "SASRec, best of 108", _accuracy(0.3207, 0.1858), SPLIT),
    Published(
        "A", "ml-1m", "HSTU-large", _accuracy(0.3642, 0.2164, ", time given"), "RecTools tutorial"
    ),
    Published("A", "beauty", "SASRec, sampled softmax", _accuracy(0.0921, 0.0531), ESASREC),
    Published("A", "beauty", "eSASRec", _accuracy(0.0928, 0.0523), ESASREC),
    Published("A", "beauty", "FuXi-alpha", _accuracy(0.0809, 0.0451), ESASREC),
    Published("A", "sports", "SASRec, sampled softmax", _accuracy(0.0569, 0.0314), ESASREC),
    Published("A", "sports", "eSASRec", _accuracy(0.0560, 0.0323), ESASREC),
    Published("A", "sports", "FuXi-alpha", _accuracy(0.0437, 0.0244), ESASREC),
    Published(
        "B",
        "ml-1m",
        "SASRec",
        _accuracy(0.1596, 0.0948, ", last") | _accuracy(0.1983, 0.1083, ", successive"),
        SPLIT,
    ),
    Published(
        "B",
        "beauty",
        "SASRec",
        _accuracy(0.0416, 0.0240, ", last") | _accuracy(0.0479, 0.0278, ", successive"),
        SPLIT,
    ),
    Published(
        "B",
        "sports",
        "SASRec",
        _accuracy(0.0376, 0.0218, ", last") | _accuracy(0.0514, 0.0301, ", successive"),
        SPLIT,
    ),
    Published(
        "C",
        "ml-1m",
        "HRNN",
        {
            "mrr@25": 0.3455,
            "p@5": 0.1691,
            "p@10": 0.1480,
            "ndcg@5 as published": 0.2638,
            "ndcg@10 as published": 0.3420,
        },
        SAMPLES,
    ),
    Published(
        "C",
        "ml-1m",
        "popularity",
        {"mrr@25": 0.1476, "p@10": 0.0560, "ndcg@10 as published": 0.1409},
        SAMPLES,
    ),
    Published(
        "C",
        "ml-latest-small",
        "User-Personalization, highest",
        {"ndcg@10": 0.311, "mrr@25": 0.288, "p@10": 0.064},
        SAMPLES,
    ),
    Published(
        "C",
        "ml-latest-small",
        "User-Personalization, lowest",
        {"ndcg@10": 0.256, "mrr@25": 0.237, "p@10": 0.052},
        SAMPLES,
    ),
    Published("C", "ml-latest-small", "SIMS", {"ndcg@10": 0.223, "mrr@25": 0.167}, SAMPLES),
    Published(
        "C",
        "ml-100k-liked",
        "User-Personalization",
        {"ndcg@10": 0.103, "mrr@25": 0.090},
        SAMPLES,
    ),
)

_ABOVE = 1.25
"""Section B: how many times the best published NDCG is aimed at."""
GOALS = (
    Goal("A", "ml-1m", "hr@10", 0.340),
    Goal("A", "ml-1m", "ndcg@10", 0.200),
    Goal("A", "ml-1m", "hr@10, time given", 0.370),
    Goal("A", "ml-1m", "ndcg@10, time given", 0.220),
    Goal("A", "beauty", "hr@10", 0.105),
    Goal("A", "beauty", "ndcg@10", 0.067),
    Goal("A", "sports", "hr@10", 0.063),
    Goal("A", "sports", "ndcg@10", 0.039),
    *(
        Goal("B", one.dataset, metric, round(_ABOVE * value, 4))
        for one in PUBLISHED
        if one.section == "B"
        for metric, value in one.values.items()
        if metric.startswith("ndcg")
    ),
    Goal("C", "ml-1m", "mrr@25", 0.40),
    Goal("C", "ml-1m", "p@10", 0.175),
    Goal("C", "ml-1m", "ndcg@10 as published", 0.39),
    Goal("C", "ml-latest-small", "ndcg@10", 0.34),
    *(Goal("D", name, "ndcg@10 after 3, of all", 0.85) for name in ("ml-1m", "beauty")),
    Goal("E", "ml-1m", "seconds to the best of rectools-sasrec, of its own", 0.1, at_most=True),
    Goal("E", "ml-1m", "seconds in all", 600.0, at_most=True),
)
