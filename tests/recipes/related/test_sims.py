import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from aisle.evaluation.ranking import top
from aisle.recipes.base import Config, Query, TrainingData
from aisle.recipes.related.model import RelatedModel
from aisle.recipes.related.sims import SimsRecipe
from tests.recipes.sample import of_sequences, quiet, walks

EVERYTHING = {
    "min_user_history_length_percentile": "0",
    "max_user_history_length_percentile": "1",
    "min_item_interaction_count_percentile": "0",
    "max_item_interaction_count_percentile": "1",
}

SIMS = SimsRecipe(name="aws-sims", description="")


def query(item: int) -> Query:
    return Query(np.empty(0, np.int32), np.empty(0, np.int64), 0.0, item)


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 7), min_size=1, max_size=8), min_size=1, max_size=12),
    st.sampled_from([0.0, 0.5, 1.0]),
    st.integers(0, 2),
)
def test_similarities_are_those_of_a_plain_loop(
    sequences: list[list[int]], discount: float, least: int
) -> None:
    data = of_sequences(sequences)
    given_ = {"popularity_discount_factor": str(discount), "min_cointeraction_count": str(least)}
    model = SIMS.fit(TrainingData(data), Config(EVERYTHING | given_), quiet)
    owners = [
        {user for user, sequence in enumerate(sequences) if int(name[1:]) in sequence}
        for name in data.items
    ]
    for item, mine in enumerate(owners):
        codes, values = model.neighbours.of(item)
        expected = {
            other: len(mine & theirs) / (len(mine) * len(theirs)) ** discount
            for other, theirs in enumerate(owners)
            if other != item and len(mine & theirs) >= max(least, 1)
        }
        assert dict(zip(codes.tolist(), values.tolist(), strict=True)) == pytest.approx(expected)
        assert (np.diff(values) <= 0).all()


_WEIGHED = st.tuples(st.integers(0, 5), st.sampled_from([0.25, 1.0, 3.0]))


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.lists(_WEIGHED, min_size=1, max_size=8), min_size=1, max_size=12),
    st.integers(0, 2),
)
def test_with_weights_the_similarity_is_the_cosine_of_users_heaviest_events(
    sequences: list[list[tuple[int, float]]], least: int
) -> None:
    plain = of_sequences([[item for item, _ in sequence] for sequence in sequences])
    weight = [weight for sequence in sequences for _, weight in sequence]
    data = replace(plain, weight=np.array(weight, np.float32))
    given_ = {"min_cointeraction_count": str(least)}
    model = SIMS.fit(TrainingData(data), Config(EVERYTHING | given_), quiet)
    matrix = np.zeros((len(sequences), len(data.items)))
    for user, sequence in enumerate(sequences):
        for item, heavy in sequence:
            code = data.items.find(f"i{item:03}")
            matrix[user, code] = max(matrix[user, code], heavy)
    lengths = np.linalg.norm(matrix, axis=0)
    shared = (matrix > 0).T.astype(int) @ (matrix > 0)
    for item, cosines in enumerate(matrix.T @ matrix / np.outer(lengths, lengths)):
        codes, values = model.neighbours.of(item)
        expected = {
            other: value
            for other, value in enumerate(cosines)
            if other != item and shared[item, other] >= max(least, 1)
        }
        assert dict(zip(codes.tolist(), values.tolist(), strict=True)) == pytest.approx(expected)


@pytest.fixture(scope="module")
def model() -> RelatedModel:
    return SIMS.fit(TrainingData(walks(length=6)), Config(EVERYTHING), quiet)


def test_the_item_itself_is_never_recommended(model: RelatedModel) -> None:
    assert model.score(query(3))[3] == -np.inf
    assert 3 not in top(model.score(query(3)), 60)


def test_an_unknown_item_gives_popular_items(model: RelatedModel) -> None:
    np.testing.assert_array_equal(model.score(query(-1)), model.shares)


def test_popular_items_fill_up_behind_the_neighbours(model: RelatedModel) -> None:
    near = set(model.neighbours.of(3)[0].tolist())
    order = top(model.score(query(3)), 60)
    assert len(order) == 59
    assert set(order[: len(near)].tolist()) == near
    rest = model.shares[order[len(near) :]]
    assert 0 < len(near) < 59
    assert (np.diff(rest) <= 0).all()


def test_sims_leaves_out_the_most_popular_items_by_default() -> None:
    sequences = [[0, 1 + user % 19, 1 + (user + 1) % 19] for user in range(190)]
    by_default = SIMS.fit(TrainingData(of_sequences(sequences)), Config(), quiet)
    with_all = SIMS.fit(TrainingData(of_sequences(sequences)), Config(EVERYTHING), quiet)
    assert 0 not in by_default.neighbours.codes
    assert 0 in with_all.neighbours.codes
