"""The slow path: in a block that was rejected, the first bad row and what is wrong with it."""

from aisle.data.csv_blocks import LONGEST_ROW_BYTES, Block
from aisle.data.csv_tables import RejectedError, TableReader
from aisle.data.faults import DataError, StructureError, shown
from aisle.data.schema import Field
from aisle.data.values import FALSE, INTEGER_LIMITS, TRUE, longest


def structure_fault(block: Block, file: str, position: int) -> StructureError | None:
    """What is wrong with a block's quotes and line ends; `position` is the file's in its source."""
    layout = block.layout
    if layout.fault is not None:
        row = block.first_row + layout.row_at(layout.fault)
        start = layout.fault
        if block.text[start : start + 1] == b"\r":
            rule = "a carriage return without a line feed, outside quotes"
        else:
            rule = (
                "a quote that neither begins nor ends a value; close every quote, and double "
                "those inside values"
            )
        return StructureError(
            f"{_at(file, row)}: {rule}: {shown(block.text[max(0, start - 30) : start + 30])}",
            (position, row),
        )
    if block.whole:
        return None
    row = block.first_row + len(layout.starts)
    rule = (
        "a quote is opened and never closed"
        if layout.open_quote
        else f"a row of more than {LONGEST_ROW_BYTES >> 20} MiB"
    )
    start = int(layout.ends[-1]) if len(layout.ends) else 0
    return StructureError(f"{_at(file, row)}: {rule}: {shown(block.text[start:])}", (position, row))


def find_fault(reader: TableReader, block: Block, file: str, position: int) -> DataError:
    """The first bad row of a block that `reader` rejects, by halving: each half is read once."""
    starts, ends = block.layout.starts, block.layout.ends
    low, high = 0, len(starts)
    while high - low > 1:
        middle = (low + high) // 2
        if _rejects(reader, block.text[starts[low] : ends[middle - 1]]):
            high = middle
        else:
            low = middle
    row = block.first_row + low
    return _row_fault(reader, block.text[starts[low] : ends[low]], file, (position, row))


def _rejects(reader: TableReader, text: bytes) -> bool:
    try:
        reader.read(text)
    except RejectedError:
        return True
    return False


def _row_fault(reader: TableReader, row: bytes, file: str, place: tuple[int, int]) -> DataError:
    where = _at(file, place[1])
    try:
        values = reader.raw(row)
    except RejectedError as error:
        return StructureError(f"{where}: {_wrong_count(error, row)}", place)
    for name, value in zip(reader.header, values, strict=True):
        fault = _encoding_fault(value)
        if fault:
            return DataError(f"{where}, column {name}: {fault}: {shown(value)}")
    of = dict(zip(reader.header, values, strict=True))
    for field in reader.fields:
        if _rejects(_only(reader, field), row):
            return DataError(f"{where}, column {field.name}: {_rule(field, of[field.name])}")
    return DataError(f"{where}: cannot be read: {shown(row)}")


def _only(reader: TableReader, field: Field) -> TableReader:
    return TableReader(reader.header, (field,), escapes=reader.escapes)


def _wrong_count(error: RejectedError, row: bytes) -> str:
    """From Arrow's `Expected 3 columns, got 4: ...`."""
    counts = str(error).partition("Expected ")[2].partition(":")[0]
    expected, _, found = counts.partition(" columns, got ")
    return f"expected {expected} values, as in the header, but found {found}: {shown(row.strip())}"


def _encoding_fault(value: bytes) -> str:
    if b"\0" in value:
        return "a NUL byte"
    try:
        value.decode()
    except UnicodeDecodeError:
        return "bytes that are not UTF-8"
    return ""


def _rule(field: Field, value: bytes) -> str:
    """The rule of the field that a value, known to be refused, breaks."""
    if not value:
        return f"a value is missing; the schema's type {field.type} does not allow null"
    if field.type == "string":
        return (
            f"Length cannot be more than {longest(field)} characters for COL {field.name}; "
            f"found {len(value.decode())}: {shown(value)}"
        )
    if field.type == "boolean":
        return f"{shown(value)} is not a boolean; use {TRUE[0]} or {FALSE[0]}"
    if field.type in INTEGER_LIMITS and _is_whole(value):
        limit = INTEGER_LIMITS[field.type]
        return f"{shown(value)} is outside the range of type {field.type} ({-limit} to {limit - 1})"
    if field.type in ("float", "double") and _is_number(value):
        return f"{shown(value)} is not a finite number within the range of type {field.type}"
    return f"{shown(value)} is not a number of type {field.type}"


def _is_whole(value: bytes) -> bool:
    digits = value.strip().removeprefix(b"-")
    return digits.isdigit()


def _is_number(value: bytes) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return True


def _at(file: str, row: int) -> str:
    return f"{file}, row {row}" if row else f"{file}, header"
