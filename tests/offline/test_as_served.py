"""An evaluation asks a model what serving would ask it, and ranks what serving would rank."""

from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from aisle.data.catalogue import CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.interactions import Interactions
from aisle.data.schema import DatasetSchema, Field
from aisle.evaluation.protocols import Protocol, ProtocolName, Variant
from aisle.offline import Contender, Evaluation, Fitted, contenders, evaluate
from aisle.offline.reading import read
from aisle.recipes.base import Progress, Query, TrainingData

LEAVE_ONE_OUT = Protocol(name=ProtocolName.LEAVE_ONE_OUT)
BY_TIME = Protocol(name=ProtocolName.TIME_SPLIT, core=1)
POPULARITY = "aws-popularity-count"
SCHEMA = DatasetSchema(
    "Items", (Field("ITEM_ID", "string"), Field("GENRE", "string", categorical=True))
)


def circle() -> TrainingData:
    """Ten users who go round six items, four each; an item's genre is its id in capitals."""
    rows = [
        (f"u{user}", f"i{(user + step) % 6}", 100 * step + user)
        for user in range(10)
        for step in range(4)
    ]
    frame = pl.DataFrame(rows, schema=["USER_ID", "ITEM_ID", "TIMESTAMP"], orient="row")
    builder = CatalogueBuilder(SCHEMA)
    builder.put([Change(item + 1, f"i{item}", {"GENRE": f"I{item}"}, 0.0) for item in range(6)])
    return TrainingData(Interactions.from_frame(frame), builder.catalogue())


@pytest.fixture
def visits(tmp_path: Path) -> TrainingData:
    """Six users with four events each, read from files: the device is named after the step."""
    lines = ["USER_ID,ITEM_ID,TIMESTAMP,DEVICE"]
    lines += [
        f"u{user},i{(user + step) % 6},{100 * step + user},d{step}"
        for user in range(6)
        for step in range(4)
    ]
    (tmp_path / "interactions.csv").write_text("\n".join(lines) + "\n")
    fields: list[dict[str, object]] = [
        {"name": "USER_ID", "type": "string"},
        {"name": "ITEM_ID", "type": "string"},
        {"name": "TIMESTAMP", "type": "long"},
        {"name": "DEVICE", "type": ["string", "null"], "categorical": True},
    ]
    schema = {"type": "record", "name": "Interactions", "version": "1.0", "fields": fields}
    schema["namespace"] = "com.amazonaws.personalize.schema"
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "interactions.json").write_bytes(msgspec.json.encode(schema))
    (tmp_path / "work").mkdir()
    return read([tmp_path], tmp_path / "work")


def with_a_new_item() -> TrainingData:
    """Sixty users have all twenty reds, of twenty blues only one; later each has `new`, which is
    red, then a blue. In the catalogue stands `never` too, which nobody has.
    """
    rows = [
        (f"u{user:02}", item, time)
        for user in range(60)
        for time, item in (
            *((step, f"r{step:02}") for step in range(20)),
            (20, f"b{user % 20:02}"),
            (1000, "new"),
            (1001, f"b{(user + 1) % 20:02}"),
        )
    ]
    frame = pl.DataFrame(rows, schema=["USER_ID", "ITEM_ID", "TIMESTAMP"], orient="row")
    genres = {f"r{item:02}": "red" for item in range(20)} | {"new": "red", "never": "red"}
    genres |= {f"b{item:02}": "blue" for item in range(20)}
    builder = CatalogueBuilder(SCHEMA)
    for number, (item_id, genre) in enumerate(genres.items()):
        builder.put([Change(number + 1, item_id, {"GENRE": genre}, 0.0)])
    return TrainingData(Interactions.from_frame(frame), builder.catalogue())


def asked_of(
    data: TrainingData, protocol: Protocol, *, related: bool = False
) -> list[tuple[TrainingData, Query]]:
    """Every query of an evaluation, with what was learnt from."""
    found: list[tuple[TrainingData, Query]] = []

    def fit(given: TrainingData, seed: int, progress: Progress) -> Fitted:
        del seed, progress

        def score(query: Query) -> NDArray[np.floating]:
            found.append((given, query))
            return np.zeros(len(given.interactions.items))

        return Fitted(score, given.interactions.items)

    evaluate(data, protocol, (Contender("listening", fit, related=related),), resamples=2)
    assert found
    return found


def test_related_items_are_asked_for_with_the_row_of_the_item_asked_about() -> None:
    for given, query in asked_of(circle(), LEAVE_ONE_OUT, related=True):
        assert query.item_traits == {"GENRE": given.interactions.items[query.item].upper()}


def test_the_context_of_events_is_learnt_from(visits: TrainingData) -> None:
    given, _ = asked_of(visits, LEAVE_ONE_OUT)[0]
    events = given.interactions
    steps = [events.context_of(row)["DEVICE"] for row in range(len(events))]
    assert steps == ["d0", "d1", "d2"] * 6


def test_a_request_has_the_context_of_the_event_to_be_found(visits: TrainingData) -> None:
    assert [query.context for _, query in asked_of(visits, LEAVE_ONE_OUT)] == [{"DEVICE": "d3"}] * 6


def test_a_blind_request_has_the_context_of_the_last_event_given(visits: TrainingData) -> None:
    blind = msgspec.structs.replace(LEAVE_ONE_OUT, target_time=False)
    assert [query.context for _, query in asked_of(visits, blind)] == [{"DEVICE": "d2"}] * 6


def test_what_comes_later_alone_is_unknown_to_who_learns() -> None:
    given, _ = asked_of(with_a_new_item(), BY_TIME)[0]
    assert "new" not in given.interactions.items
    assert len(given.interactions.items) == 40


def after_the_training(variant: Variant) -> Evaluation:
    """Two places: of what `new` and `never` share values with all was had."""
    protocol = msgspec.structs.replace(BY_TIME, variant=variant)
    models = contenders(("popularity", POPULARITY))
    return evaluate(with_a_new_item(), protocol, models, cutoffs=(2,), resamples=2)


def test_an_item_that_came_after_the_training_stands_where_its_kind_does() -> None:
    found = after_the_training(Variant.FIRST)
    assert found.value(POPULARITY, "hit_rate@2") == 1.0
    assert found.value("popularity", "hit_rate@2") == 0.0


def test_a_new_item_that_the_user_has_had_is_left_out() -> None:
    assert after_the_training(Variant.LAST).value(POPULARITY, "cold_share@2") == 0.0


def test_an_item_that_nobody_ever_has_takes_a_place() -> None:
    found = after_the_training(Variant.LAST)
    assert found.value(POPULARITY, "precision@2") < found.value("popularity", "precision@2")
