"""From the text of a filter to its tree."""

from collections.abc import Callable
from functools import cache, lru_cache

from aisle.filters.expression import Filter

_MOST_READ = 1024


@lru_cache(_MOST_READ)
def parse_filter(text: str) -> Filter:
    """Read a filter expression.

    Raises InvalidInputException with line, column and what was expected there.
    """
    return _reader()(text)


def load_parser() -> None:
    """Have the parser at hand, which takes a tenth of a second."""
    _reader()


def parser_loaded() -> bool:
    """Whether reading a filter takes no time worth a thread."""
    return _reader.cache_info().currsize > 0


@cache
def _reader() -> Callable[[str], Filter]:
    from aisle.filters import grammar  # noqa: PLC0415 - Lark loads slowly

    grammar.parser()
    return grammar.read
