"""Answer spaces of small catalogues and of models that know some of their items."""

from collections.abc import Mapping, Sequence

from aisle.data.catalogue import CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.schema import DatasetSchema, Field
from aisle.data.values import Value
from aisle.serving.answer_space import AnswerSpace, AnswerSpaceCache
from aisle.serving.loading import NotHereError

SCHEMA = DatasetSchema(
    "Items",
    (
        Field("ITEM_ID", "string"),
        Field("GENRES", "string", nullable=True, categorical=True),
        Field("BRAND", "string", nullable=True),
        Field("ADULT", "boolean", nullable=True),
        Field("PLOT", "string", nullable=True, textual=True),
        Field("CREATION_TIMESTAMP", "long", nullable=True),
    ),
)


class Known:
    """What a model knows of its items."""

    def __init__(self, ids: Sequence[str]) -> None:
        self.ids = ids
        self.codes = {item_id: code for code, item_id in enumerate(ids)}


def space_of(
    model_ids: Sequence[str], rows: Mapping[str, Mapping[str, Value | None]]
) -> AnswerSpace:
    """The space of a model and a catalogue of such rows."""
    builder = CatalogueBuilder(SCHEMA)
    for number, (item_id, values) in enumerate(rows.items()):
        present = {name: value for name, value in values.items() if value is not None}
        builder.put([Change(number + 1, item_id, present, 0.0)])
    cache, known, catalogue = AnswerSpaceCache(), Known(model_ids), builder.catalogue()
    try:
        return cache.of(known, catalogue)
    except NotHereError as missing:
        missing.load()
        return cache.of(known, catalogue)
