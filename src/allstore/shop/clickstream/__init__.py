"""The click stream: events are kept with what they belong to, and reach the engine at least once.

A page writes its events in its own transaction and sends them before it answers, so that the next
list knows of them. What the engine does not take stays in the outbox for a courier in the
background, under the same event id, so that the engine counts it once.
"""

from allstore.shop.clickstream.stream import ClickStream

__all__ = ["ClickStream"]
