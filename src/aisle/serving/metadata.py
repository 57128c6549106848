"""Item metadata in answers, and the context of requests: members that name columns of a schema."""

from collections.abc import Mapping, Sequence

import msgspec

from aisle.data.catalogue import Catalogue
from aisle.data.columns import Column
from aisle.data.schema import parse_schema
from aisle.data.state import Transaction
from aisle.records import Dataset, Schema
from aisle.records.dataset import dataset_arn
from aisle.records.errors import InvalidInputException
from aisle.serving.deployments import Deployment

_MOST_COLUMNS = 10
_NO_CONTEXT = ("USER_ID", "ITEM_ID", "TIMESTAMP")


class Metadata(msgspec.Struct, frozen=True):
    """The columns that an answer shows, by the names that the request gave them."""

    columns: Mapping[str, Column]
    rows: int

    def of(self, position: int) -> dict[str, str]:
        """The values of an item as text; nulls, and items beyond the catalogue, have none."""
        if position >= self.rows:
            return {}
        values = {name: column.raw(position) for name, column in self.columns.items()}
        return {name: value for name, value in values.items() if value is not None}


def metadata_of(
    deployment: Deployment, catalogue: Catalogue, asked: Mapping[str, Sequence[str]] | None
) -> Metadata | None:
    """What `metadataColumns` asks for; raises InvalidInputException where it may not, or cannot."""
    if not asked:
        return None
    enabled = deployment.config.get("enableMetadataWithRecommendations")
    if not enabled and not deployment.recipe.always_metadata:
        raise InvalidInputException(
            "metadataColumns needs a campaign or recommender whose configuration has "
            "enableMetadataWithRecommendations set to true."
        )
    ((dataset_type, names),) = asked.items()
    if dataset_type.upper() != "ITEMS":
        raise InvalidInputException(
            f"metadataColumns: the dataset must be ITEMS; it is {dataset_type}."
        )
    if len(names) > _MOST_COLUMNS:
        raise InvalidInputException(
            f"metadataColumns has {len(names)} columns; it can have {_MOST_COLUMNS} at most."
        )
    columns: dict[str, Column] = {}
    for name in names:
        column = catalogue.column(name)
        if column is None:
            raise InvalidInputException(f"metadataColumns: the Items dataset has no column {name}.")
        columns[name] = column
    return Metadata(columns, len(catalogue))


def context_of(
    transaction: Transaction, group_arn: str, context: Mapping[str, str] | None
) -> dict[str, str]:
    """The values of a request by the names of the fields of the Interactions schema.

    Raises InvalidInputException for a key that is none of them, whatever its case and underscores.
    """
    if not context:
        return {}
    arn = dataset_arn(group_arn, "INTERACTIONS")
    dataset = transaction.resources.get(Dataset, arn)
    if dataset is None:
        raise InvalidInputException("context needs an Interactions dataset; the group has none.")
    record = transaction.resources.require(Schema, dataset.schema_arn)
    schema = parse_schema(record.schema, record.domain)
    named: dict[str, str] = {}
    for key, value in context.items():
        field = schema.field(key)
        if field is None or field.name in _NO_CONTEXT:
            fields = [field.name for field in schema.fields if field.name not in _NO_CONTEXT]
            raise InvalidInputException(
                f"context: {key} is no contextual field of the Interactions schema; it has "
                f"{', '.join(fields) or 'none'}."
            )
        named[field.name] = value
    return named
