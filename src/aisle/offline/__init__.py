"""Offline evaluation: models side by side on data that exists, before anybody is served."""

from aisle.offline.contenders import BASELINES, Contender, contenders
from aisle.offline.evaluation import evaluate
from aisle.offline.fitting import Fitted
from aisle.offline.results import Difference, Evaluation, Part, Refusal, Row, Setup
from aisle.offline.simulated import Judgement, Standing, Truth, judge
from aisle.offline.watching import Watch

__all__ = [
    "BASELINES",
    "Contender",
    "Difference",
    "Evaluation",
    "Fitted",
    "Judgement",
    "Part",
    "Refusal",
    "Row",
    "Setup",
    "Standing",
    "Truth",
    "Watch",
    "contenders",
    "evaluate",
    "judge",
]
