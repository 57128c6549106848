"""Synthetic shoppers: a catalogue, the people who shop it, and what they did, from one seed."""

from allstore.simulator.files import FileFormat, Written, read_settings, write
from allstore.simulator.funnel import EVENTS
from allstore.simulator.oracle import Oracle
from allstore.simulator.run import simulate
from allstore.simulator.settings import Settings, usual_shoppers
from allstore.simulator.store import Store, Truth

__all__ = [
    "EVENTS",
    "FileFormat",
    "Oracle",
    "Settings",
    "Store",
    "Truth",
    "Written",
    "read_settings",
    "simulate",
    "usual_shoppers",
    "write",
]
