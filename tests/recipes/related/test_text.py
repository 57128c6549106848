from importlib.util import find_spec

import numpy as np
import pytest

from aisle.data.catalogue import Catalogue, CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.schema import DatasetSchema, Field
from aisle.recipes.related import text
from tests.recipes.sample import quiet

FIELDS = (
    Field("ITEM_ID", "string"),
    Field("NAME", "string", textual=True),
    Field("KINDS", "string", nullable=True, categorical=True),
)


def named(*names: str, kinds: str | None = None) -> Catalogue:
    builder = CatalogueBuilder(DatasetSchema("Items", FIELDS))
    for number, name in enumerate(names):
        builder.put([Change(number + 1, f"i{number}", {"NAME": name, "KINDS": kinds}, 0.0)])
    return builder.catalogue()


def test_a_text_has_its_words_their_pairs_and_their_letters() -> None:
    assert text.grams("Red dog") == [
        *("red", "dog", "red dog"),
        *("<re", "red", "ed>", "<red", "red>", "<red>"),
        *("<do", "dog", "og>", "<dog", "dog>", "<dog>"),
    ]


def test_the_text_of_an_item_is_all_its_texts_but_the_id() -> None:
    assert text.texts(named("A rose", kinds="a|b")) == ["A rose. a, b"]
    assert text.texts(named("A rose")) == ["A rose"]


@pytest.mark.skipif(find_spec(text.PACKAGE) is not None, reason="the extra `semantic` is installed")
def test_without_the_language_model_word_forms_are_alike_by_their_letters() -> None:
    vectors = text.embedded(named("running shoe", "runner shoes", "garden hose"), 0, quiet)
    cosines = (vectors @ vectors.T).toarray()
    np.testing.assert_allclose(np.diag(cosines)[:2], 1, atol=1e-5)
    assert cosines[0, 1] > cosines[0, 2]


@pytest.mark.slow
@pytest.mark.skipif(find_spec(text.PACKAGE) is None, reason="needs the extra `semantic`")
@pytest.mark.filterwarnings("ignore")
def test_the_language_model_knows_what_means_the_same() -> None:
    vectors = text.embedded(named("a kitten", "a young cat", "a power drill", ""), 0, quiet)
    cosines = vectors @ vectors.T
    assert cosines[0, 1] > 2 * cosines[0, 2]
    assert np.linalg.norm(vectors, axis=1).tolist() == pytest.approx([1, 1, 1, 0], abs=1e-5)
