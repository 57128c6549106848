"""How this server differs from Amazon Personalize, operation by operation, told from the code."""

from aisle.wire.compatibility.page import page

__all__ = ["page"]
