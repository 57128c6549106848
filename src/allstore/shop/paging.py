"""Long lists, a page at a time."""

from collections.abc import Sequence

PAGE = 24
"""Products a page."""


def pages(total: int) -> int:
    """How many pages `total` products take; at least one."""
    return max(-(-total // PAGE), 1)


def of_page(ids: Sequence[str], page: int) -> Sequence[str]:
    """The ids of page `page` from 1."""
    return ids[(page - 1) * PAGE : page * PAGE]
