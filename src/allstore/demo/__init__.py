"""The whole thing at work: an engine, a store of data, trained recommenders, the shop."""

from allstore.demo.demo import Demo, Store

__all__ = ["Demo", "Store"]
