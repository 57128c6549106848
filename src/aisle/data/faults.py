"""What is wrong with imported data, in words for the client."""


class DataError(Exception):
    """Data that cannot be imported; the message becomes the import job's failure reason."""


class StructureError(DataError):
    """Text that is not CSV in the quoting style it was read with.

    `place` is the file's position in its source and the row, so that two readings can be compared.
    """

    def __init__(self, message: str, place: tuple[int, int]) -> None:
        super().__init__(message)
        self.place = place


_LONGEST_VALUE = 80


def shown(value: bytes) -> str:
    """A value for a message: readable, quoted, and cut to a sane length."""
    text = value.decode(errors="backslashreplace")
    return repr(text) if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]!r}..."
