"""The whole thing at work: an engine, a simulated store, trained recommenders, the shop."""

from allstore.demo.demo import Demo

__all__ = ["Demo"]
