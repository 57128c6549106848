"""Where items stand among all that may be answered, as catalogues grow."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from aisle.data.catalogue import Catalogue, CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.schema import DatasetSchema, Field
from aisle.serving.answer_space import AnswerSpace, AnswerSpaceCache
from aisle.serving.loading import NotHereError

SCHEMA = DatasetSchema("Items", (Field("ITEM_ID", "string"), Field("PRICE", "double")))
IDS = [f"item-{n}" for n in range(8)]


class Model(NamedTuple):
    """A model that knows some items."""

    ids: Sequence[str]
    codes: Mapping[str, int]


def model_of(ids: Sequence[str]) -> Model:
    return Model(ids, {item_id: code for code, item_id in enumerate(ids)})


def space_of(cache: AnswerSpaceCache, model: Model, catalogue: Catalogue) -> AnswerSpace:
    try:
        return cache.of(model, catalogue)
    except NotHereError as missing:
        missing.load()
        return cache.of(model, catalogue)


def check(space: AnswerSpace, model: Model, rows: Sequence[str]) -> None:
    beyond = [item_id for item_id in model.ids if item_id not in rows]
    everything = [*rows, *beyond]
    assert len(space) == len(everything)
    assert [model.ids[code] for code in space.beyond] == beyond
    assert [everything[at] for at in space.of_model] == list(model.ids)
    expected = [everything.index(each) if each in everything else -1 for each in IDS]
    assert space.positions(IDS) == expected


@given(
    st.lists(st.sampled_from(IDS), unique=True, max_size=5),
    st.lists(st.tuples(st.booleans(), st.sampled_from(IDS)), max_size=10),
)
def test_rows_come_first_and_then_what_only_the_model_knows(
    known: list[str], puts: list[tuple[bool, str]]
) -> None:
    model, cache, builder = model_of(known), AnswerSpaceCache(), CatalogueBuilder(SCHEMA)
    rows: list[str] = []
    for number, (imported, item_id) in enumerate(puts):
        if imported:  # a catalogue of other rows altogether
            builder, rows = CatalogueBuilder(SCHEMA), []
        builder.put([Change(number + 1, item_id, {"PRICE": 1.0}, 0.0)])
        rows = list(dict.fromkeys([*rows, item_id]))
        check(space_of(cache, model, builder.catalogue()), model, rows)


def test_two_models_have_spaces_of_their_own() -> None:
    cache, catalogue = AnswerSpaceCache(), CatalogueBuilder(SCHEMA).catalogue()
    for _ in range(2):
        for ids in (IDS[:2], IDS[3:]):
            model = model_of(ids)
            check(space_of(cache, model, catalogue), model, [])
