import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aisle.data.catalogue import Catalogue, CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.schema import DatasetSchema, Field
from aisle.recipes.metadata_features import FeatureSpace, learn

SCHEMA = DatasetSchema(
    "Items",
    (
        Field("ITEM_ID", "string"),
        Field("GENRES", "string", nullable=True, categorical=True),
        Field("BRAND", "string", nullable=True, categorical=True),
        Field("PLOT", "string", nullable=True, textual=True),
        Field("PRICE", "double", nullable=True),
    ),
)


def catalogue_of(rows: list[Mapping[str, str | float]]) -> Catalogue:
    builder = CatalogueBuilder(SCHEMA)
    for number, values in enumerate(rows):
        builder.put([Change(number + 1, f"i{number:04}", values, 0.0)])
    return builder.catalogue()


ROWS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "GENRES": st.sampled_from(["a", "b", "a|b", "c|a", "c"]),
            "BRAND": st.sampled_from(["x", "y"]),
            "PLOT": st.lists(st.sampled_from(["one", "Two", "two!", "three"]), max_size=5).map(
                " ".join
            ),
            "PRICE": st.floats(0, 1e6, allow_nan=False),
        },
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None)
@given(ROWS)
def test_a_row_read_alone_has_the_features_it_has_in_the_catalogue(
    rows: list[Mapping[str, str | float]],
) -> None:
    space, features = learn(catalogue_of(rows))
    matrix = features.csr()
    for number, values in enumerate(rows):
        alone = space.row(values)
        dense = np.zeros(features.width, np.float32)
        dense[alone.features] = alone.values
        np.testing.assert_allclose(dense, matrix[[number]].toarray()[0], rtol=1e-5)


@settings(deadline=None)
@given(ROWS)
def test_the_part_of_each_field_has_length_one_or_is_empty(
    rows: list[Mapping[str, str | float]],
) -> None:
    space, features = learn(catalogue_of(rows))
    squares = features.csr().toarray() ** 2
    for number in range(len(space.fields)):
        lengths = squares[:, space.field_of == number].sum(1)
        assert np.all((lengths == 0) | np.isclose(lengths, 1, atol=1e-5))


def test_texts_are_weighed_as_a_plain_loop_weighs_them() -> None:
    plots = ["red red dog", "red cat", "Dog, cat", "bird", "bird bird bird cat"]
    space, features = learn(catalogue_of([{"PLOT": plot} for plot in plots]))
    idf = {word: math.log(6 / (1 + many)) for word, many in (("red", 2), ("dog", 2), ("cat", 3))}
    red, dog = (1 + math.log(2)) * idf["red"], idf["dog"]
    expected = sorted([red / math.hypot(red, dog), dog / math.hypot(red, dog)])
    assert len(space.hashes) == 4
    assert sorted(features.values[: features.offsets[1]].tolist()) == pytest.approx(expected)


def test_near_numbers_share_a_bin_and_far_ones_none() -> None:
    rows = [{"PRICE": float(number)} for number in range(100)]
    matrix = learn(catalogue_of(list(rows)))[1].csr()
    alike = (matrix @ matrix.T).toarray()
    assert (alike[np.arange(1, 99), np.arange(2, 100)] > 0).all()
    assert alike[10, 11] > alike[10, 15]
    assert alike[10, 60] == 0


def test_what_only_one_row_or_every_row_has_is_no_feature() -> None:
    rows = [{"BRAND": "x", "GENRES": "a"}, {"BRAND": "x", "GENRES": "a"}, {"BRAND": "x"}]
    space, features = learn(catalogue_of([*rows[:2], {**rows[2], "GENRES": "b"}]))
    assert [space.fields[field].name for field in space.field_of] == ["GENRES"]
    assert np.diff(features.offsets).tolist() == [1, 1, 0]


def test_unknown_values_and_an_empty_catalogue_have_no_features() -> None:
    space, _ = learn(catalogue_of([{"BRAND": "x"}, {"BRAND": "x"}, {"BRAND": "y"}]))
    assert space.row({"BRAND": "z", "OTHER": "x"}).features.tolist() == []
    empty, features = learn(catalogue_of([]))
    assert empty.row({"BRAND": "x"}).features.tolist() == []
    assert features.csr().shape == (0, 0)


def test_a_space_made_from_its_arrays_reads_rows_alike() -> None:
    rows: list[Mapping[str, str | float]] = [
        {"GENRES": "a|b", "PLOT": "one two", "PRICE": number} for number in (1.0, 2.0, 3.0)
    ]
    rows += [{"GENRES": "b", "PLOT": "one", "PRICE": 9.5}]
    space, _ = learn(catalogue_of(rows))
    again = FeatureSpace.of_arrays(space.arrays())
    assert again.fields == space.fields
    for values in rows:
        np.testing.assert_array_equal(again.row(values).values, space.row(values).values)
