"""Who is told how far a comparison is."""

from collections.abc import Callable

from aisle.recipes.base import Progress

Watch = Callable[[str, float, str], None]
"""Told the model, the share done, and what is going on."""


def unwatched(name: str, share: float, words: str) -> None:
    """Progress that nobody watches."""


def stretch(watch: Watch, model: str, start: float, stop: float) -> Progress:
    """Progress of a step that is a stretch of a model's whole."""
    return lambda share, words: watch(model, start + share * (stop - start), words)
