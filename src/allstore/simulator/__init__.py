"""Synthetic shoppers: a catalogue, the people who shop it, and what they did, from one seed."""

from allstore.simulator.files import write
from allstore.simulator.run import simulate
from allstore.simulator.settings import Settings
from allstore.simulator.store import Store

__all__ = ["Settings", "Store", "simulate", "write"]
