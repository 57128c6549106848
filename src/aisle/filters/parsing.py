"""From the text of a filter to its tree."""

from functools import lru_cache

from aisle.filters.expression import Filter

_MOST_READ = 1024


@lru_cache(_MOST_READ)
def parse_filter(text: str) -> Filter:
    """Read a filter expression.

    Raises InvalidInputException with line, column and what was expected there.
    """
    from aisle.filters import grammar  # noqa: PLC0415 - Lark loads slowly

    return grammar.read(text)
