import unicodedata

import pytest
from botocore.model import StructureShape

from aisle.wire.constraints import compiled, constraints_of
from aisle.wire.models import input_shape, operations

TAG_PATTERN = r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$"


def test_unicode_classes_agree_with_the_unicode_database() -> None:
    pattern = compiled(TAG_PATTERN)
    wrong = [
        character
        for character in map(chr, range(0x110000))
        if bool(pattern.fullmatch(character))
        != (unicodedata.category(character)[0] in "LZN" or character in "_.:/=+-@")
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("pattern", "admitted", "refused"),
    [
        (r"^[A-Za-z_]+$", "ITEMS", "ITEMS\n"),
        (r"rate\(\d+ days?\)", "rate(7 days)", "every rate(7 days)"),
        (r"rate\(\d+ days?\)", "rate(1 day)", "rate(\u0661 day)"),
        (r"\p{ASCII}{0,1500}", "a\x7f", "\x80"),
    ],
)
def test_a_pattern_is_matched_in_full_as_java_would(
    pattern: str, admitted: str, refused: str
) -> None:
    matches = [bool(compiled(pattern).fullmatch(text)) for text in (admitted, refused)]
    assert matches == [True, False]


@pytest.mark.parametrize(
    ("location", "admitted"),
    [("s3://films/items.csv", True), ("file:///data/items.csv", True), ("ftp://x/y", False)],
)
def test_data_may_also_lie_in_local_files(location: str, admitted: bool) -> None:
    source = input_shape(operations()["CreateDatasetImportJob"]).members["dataSource"]
    assert isinstance(source, StructureShape)
    constraints = constraints_of(source.members["dataLocation"])
    verdicts = {bool(constraint.holds(location)) for constraint in constraints}
    assert (verdicts == {True}) is admitted
