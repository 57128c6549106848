"""Offline evaluation: models side by side on data that exists, before anybody is served."""

from aisle.offline.contenders import Contender, contenders
from aisle.offline.simulated import Judgement, Refusal, Standing, Truth, Watch, judge

__all__ = ["Contender", "Judgement", "Refusal", "Standing", "Truth", "Watch", "contenders", "judge"]
