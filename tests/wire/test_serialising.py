from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
import pytest
from botocore.model import Shape
from botocore.parsers import create_parser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aisle.wire.models import operations
from aisle.wire.serialising import response_serialiser
from shapes import documents

NAMES = sorted(name for name, operation in operations().items() if operation.output_shape)


class Item(msgspec.Struct):
    """As serving may hand it over."""

    item_id: str = msgspec.field(name="itemId")
    score: float | None = None


def received(name: str, document: object) -> Any:
    """What boto3 gives its caller for a result document."""
    operation = operations()[name]
    body = response_serialiser(operation)(document)
    parser = create_parser(operation.metadata["protocol"])
    response = {"status_code": 200, "headers": {}, "body": body}
    assert operation.output_shape is not None
    answer = parser.parse(response, operation.output_shape)
    del answer["ResponseMetadata"]
    return answer


def _with_moments(value: Any, shape: Shape) -> Any:
    """Timestamps as botocore gives them."""
    if shape.type_name == "structure":
        return {name: _with_moments(value[name], shape.members[name]) for name in value}  # type: ignore[attr-defined]
    if shape.type_name == "list":
        return [_with_moments(entry, shape.member) for entry in value]  # type: ignore[attr-defined]
    if shape.type_name == "timestamp":
        return datetime.fromtimestamp(value, UTC)
    return value


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_botocore_reads_back_what_was_written(data: st.DataObject, name: str) -> None:
    shape = operations()[name].output_shape
    assert shape is not None
    document = data.draw(documents(shape))
    assert received(name, document) == _with_moments(document, shape)


def test_members_that_are_none_or_not_the_shapes_are_left_out() -> None:
    body = response_serialiser(operations()["DescribeSchema"])(
        {"schema": {"name": "films", "domain": None, "row": 7}, "row": 7}
    )
    assert body == b'{"schema":{"name":"films"}}'


def test_structs_are_written_by_their_wire_names() -> None:
    answer = received("GetRecommendations", {"itemList": [Item("1", 0.5), Item("2")]})
    assert answer == {"itemList": [{"itemId": "1", "score": 0.5}, {"itemId": "2"}]}


def test_numpy_scalars_are_written_as_numbers() -> None:
    items = [{"itemId": "1", "score": np.float32(0.5)}]
    assert received("GetRecommendations", {"itemList": items}) == {
        "itemList": [{"itemId": "1", "score": 0.5}]
    }


@pytest.mark.parametrize("moment", [1_700_000_000, datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)])
def test_timestamps_are_written_as_epoch_seconds(moment: object) -> None:
    body = response_serialiser(operations()["DescribeSchema"])(
        {"schema": {"creationDateTime": moment}}
    )
    assert body == b'{"schema":{"creationDateTime":1700000000.0}}'


def test_an_operation_without_output_has_an_empty_body() -> None:
    assert response_serialiser(operations()["PutEvents"])({}) == b""


@pytest.mark.parametrize("document", [{"schema": "films"}, {"schema": {"name": 7}}, None])
def test_a_result_of_the_wrong_type_is_not_written(document: object) -> None:
    with pytest.raises(TypeError):
        response_serialiser(operations()["DescribeSchema"])(document)
