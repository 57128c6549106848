"""Messages that point at a place in a filter expression."""

from aisle.records.errors import InvalidInputException

_SIDE = 60


def refusal(text: str, at: int, problem: str) -> InvalidInputException:
    """The exception for a problem at an offset of the text: line and column, and a caret below."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    first = max(0, at - start - _SIDE)
    shown = line[first : at - start + _SIDE].replace("\t", " ")
    return InvalidInputException(
        f"Could not create filter. Invalid Expression: line {text.count(chr(10), 0, at) + 1}, "
        f"column {at - start + 1}: {problem}\n{shown}\n{' ' * (at - start - first)}^"
    )
