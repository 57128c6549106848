"""From the text of a filter to its tree."""

from functools import lru_cache

from aisle.filters.expression import Alternatives, Filter

_MOST_READ = 1024


@lru_cache(_MOST_READ)
def parse_filter(text: str) -> Filter:
    """Read a filter expression.

    Raises InvalidInputException with line, column and what was expected there.
    """
    from aisle.filters import grammar  # noqa: PLC0415 - Lark loads slowly

    return grammar.filter_of(text)


@lru_cache(_MOST_READ)
def parse_conditions(text: str) -> Alternatives:
    """Read bare conditions, such as `Items.GENRES = "Comedy" AND Items.YEAR > 1990`.

    User segmentation asks with them. Raises as `parse_filter`.
    """
    from aisle.filters import grammar  # noqa: PLC0415 - as above

    return grammar.conditions_of(text)
