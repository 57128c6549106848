"""The expressions of metrics: `SUM(Items.PRICE)`, `SUM(Interactions.EVENT_VALUE)`, `SAMPLECOUNT()`.

https://docs.aws.amazon.com/personalize/latest/dg/measuring-recommendation-impact.html
"""

import re
from collections.abc import Mapping

from aisle.data.schema import DatasetSchema
from aisle.data.schema_rules import folded
from aisle.records.errors import InvalidInputException

_FORM = re.compile(
    r"\s*(?:samplecount\s*\(\s*\)|sum\s*\(\s*(?P<dataset>\w+)\s*\.\s*(?P<field>\w+)\s*\))\s*",
    re.IGNORECASE | re.ASCII,
)
_DATASETS = ("INTERACTIONS", "ITEMS")
_NUMBERS = ("float", "double", "int", "long")


def check_expression(name: str, expression: str, schemas: Mapping[str, DatasetSchema]) -> None:
    """Raise InvalidInputException, naming the metric, unless the expression can be computed over
    the datasets of these schemas (by dataset type).
    """
    where = f"The expression of the metric {name} is {expression!r}"
    found = _FORM.fullmatch(expression)
    if found is None:
        raise InvalidInputException(
            f"{where}; it must be SUM(Items.FIELD), SUM(Interactions.FIELD) or SAMPLECOUNT()."
        )
    if found["dataset"] is None:
        return
    dataset_type = found["dataset"].upper()
    if dataset_type not in _DATASETS:
        raise InvalidInputException(f"{where}; SUM takes a field of Items or Interactions.")
    if dataset_type not in schemas:
        raise InvalidInputException(f"{where}; the dataset group has no {dataset_type} dataset.")
    fields = {folded(field.name): field for field in schemas[dataset_type].fields}
    field = fields.get(folded(found["field"]))
    if field is None or field.type not in _NUMBERS:
        numeric = [one.name for one in fields.values() if one.type in _NUMBERS]
        raise InvalidInputException(
            f"{where}; SUM takes a field of numbers, which in {dataset_type} are: "
            f"{', '.join(numeric) or 'none'}."
        )
