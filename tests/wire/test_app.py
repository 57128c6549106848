import asyncio
import os
import threading
from typing import Any

import pytest
from botocore.exceptions import ClientError
from structlog.testing import capture_logs

from aisle.records.answer import Answer
from aisle.records.arn import Scope
from aisle.records.errors import (
    InvalidInputException,
    ResourceAlreadyExistsException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from aisle.wire import create_app
from aisle.wire.models import SERVICES, function_name, operations
from tests.wire.served import AUTHORIZATION, Serve, Server

ARN = "arn:aws:personalize:eu-west-1:123456789012:campaign/films"


def raising(error: Exception) -> Any:
    def function(_call: Scope, **_arguments: object) -> None:
        raise error

    return function


def error_of(caught: pytest.ExceptionInfo[ClientError]) -> tuple[int, str, str]:
    response: Any = caught.value.response
    error = response["Error"]
    return response["ResponseMetadata"]["HTTPStatusCode"], error["Code"], error["Message"]


def test_a_control_plane_function_gets_its_members_by_name(serve: Serve) -> None:
    calls: list[object] = []

    def create_schema(call: Scope, *, name: str, schema: str, domain: str | None = None) -> object:
        calls.append((call, name, schema, domain))
        return {"schemaArn": call.arn(f"schema/{name}")}

    client = serve({"create_schema": create_schema}).client("personalize")
    answer = client.create_schema(name="films", schema="{}")
    assert answer["schemaArn"] == "arn:aws:personalize:eu-west-1:123456789012:schema/films"
    assert calls == [(Scope("123456789012", "eu-west-1"), "films", "{}", None)]


def test_nested_documents_stay_as_on_the_wire(serve: Serve) -> None:
    events: list[object] = []

    def put_events(_call: Scope, *, event_list: list[object], **_rest: object) -> object:
        events.extend(event_list)
        return {}

    client = serve({"put_events": put_events}).client("personalize-events")
    event = {"eventType": "View", "itemId": "1", "sentAt": 1_700_000_000}
    client.put_events(trackingId="t", sessionId="s", eventList=[event])
    assert events == [event]


def test_runtime_runs_on_the_loop_and_the_control_plane_in_threads(serve: Serve) -> None:
    threads: dict[str, str] = {}

    async def list_recipes(_call: Scope) -> object:
        threads["async"] = threading.current_thread().name
        return {"recipes": []}

    def list_schemas(_call: Scope) -> object:
        threads["control"] = threading.current_thread().name
        return {"schemas": []}

    def get_recommendations(_call: Scope, **_arguments: object) -> object:
        threads["runtime"] = threading.current_thread().name
        return {"itemList": []}

    functions = (list_recipes, list_schemas, get_recommendations)
    server = serve({function.__name__: function for function in functions})
    server.client("personalize").list_recipes()
    server.client("personalize").list_schemas()
    server.client("personalize-runtime").get_recommendations(campaignArn=ARN, userId="1")
    assert threads["async"] == threads["runtime"] != threads["control"]


def test_an_asynchronous_runtime_function_is_awaited(serve: Serve) -> None:
    async def get_recommendations(_call: Scope, *, campaign_arn: str) -> object:
        return {"recommendationId": campaign_arn[-5:]}

    client = serve({"get_recommendations": get_recommendations}).client("personalize-runtime")
    assert client.get_recommendations(campaignArn=ARN)["recommendationId"] == "films"


def test_an_answer_brings_headers_along(serve: Serve) -> None:
    def describe_campaign(_call: Scope, *, campaign_arn: str) -> Answer:
        document = {"campaign": {"campaignArn": campaign_arn}}
        return Answer(document, {"x-aisle-progress": "0.5 fitting\r\nx-evil: 1"})

    client = serve({"describe_campaign": describe_campaign}).client("personalize")
    answer = client.describe_campaign(campaignArn=ARN)
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert answer["campaign"] == {"campaignArn": ARN}
    assert headers["x-aisle-progress"] == "0.5 fitting x-evil: 1"
    assert "x-evil" not in headers


def test_every_answer_names_its_request_and_worker(serve: Serve) -> None:
    server = serve({"list_recipes": lambda _call: {"recipes": []}})
    answers = [server.control("ListRecipes"), server.control("Nonsense"), server.http.get("/x")]
    assert {answer.headers["x-aisle-worker"] for answer in answers} == {str(os.getpid())}
    assert len({answer.headers["x-amzn-requestid"] for answer in answers}) == 3


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (InvalidInputException("no"), "InvalidInputException"),
        (ResourceAlreadyExistsException(ARN), "ResourceAlreadyExistsException"),
    ],
)
def test_a_control_plane_error_is_a_400(serve: Serve, error: Exception, code: str) -> None:
    client = serve({"create_schema": raising(error)}).client("personalize")
    with pytest.raises(ClientError) as caught:
        client.create_schema(name="films", schema="{}")
    assert error_of(caught) == (400, code, str(error))
    assert type(caught.value) is getattr(client.exceptions, code)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInputException("no"), 400),
        (ResourceNotFoundException("no"), 404),
        (ResourceInUseException("no"), 409),
    ],
)
def test_a_rest_error_has_its_models_status(serve: Serve, error: Exception, status: int) -> None:
    client = serve({"put_items": raising(error)}).client("personalize-events")
    with pytest.raises(ClientError) as caught:
        client.put_items(datasetArn=ARN, items=[{"itemId": "1"}])
    assert error_of(caught) == (status, type(error).__name__, "no")


def test_both_protocols_name_the_error_in_header_and_document(serve: Serve) -> None:
    functions = dict.fromkeys(
        ("describe_schema", "get_recommendations"), raising(ResourceNotFoundException("no"))
    )
    server = serve(functions)
    content = b'{"schemaArn": "%s"}' % ARN.encode()
    answers = [
        server.control("DescribeSchema", content),
        server.http.post("/recommendations/", json={}),
    ]
    assert [answer.headers["content-type"] for answer in answers] == [
        "application/x-amz-json-1.1",
        "application/json",
    ]
    for answer in answers:
        assert answer.headers["x-amzn-errortype"] == "ResourceNotFoundException"
        assert answer.json() == {"__type": "ResourceNotFoundException", "message": "no"}


def test_an_error_the_model_does_not_list_is_our_fault(serve: Serve) -> None:
    server = serve({"list_recipes": raising(ResourceInUseException("busy"))})
    with capture_logs() as logs:
        answer = server.control("ListRecipes")
    assert (answer.status_code, answer.json()) == (
        500,
        {"__type": "InternalFailure", "message": "busy"},
    )
    assert [entry["operation"] for entry in logs] == ["ListRecipes"]


def test_an_unexpected_exception_is_logged_and_not_shown(serve: Serve) -> None:
    fault = RuntimeError("password=hunter2")
    server = serve({"list_recipes": raising(fault)})
    with capture_logs() as logs:
        answer = server.control("ListRecipes")
    assert (answer.status_code, answer.json()["__type"]) == (500, "InternalFailure")
    assert "hunter2" not in answer.text
    assert [(entry["exc_info"], entry["request_id"]) for entry in logs] == [
        (fault, answer.headers["x-amzn-requestid"])
    ]


def test_a_result_that_cannot_be_written_is_our_fault(serve: Serve) -> None:
    server = serve({"list_recipes": lambda _call: "nonsense"})
    with capture_logs():
        assert server.control("ListRecipes").status_code == 500


@pytest.mark.parametrize("name", sorted(operations()))
def test_an_operation_without_a_function_says_so(bare_server: Server, name: str) -> None:
    service = operations()[name].service_model.service_name
    assert service in SERVICES
    client = bare_server.client(service, checks=False)
    with pytest.raises(ClientError) as caught:
        getattr(client, function_name(operations()[name]))()
    message = f"{name} is not implemented yet by this server."
    assert error_of(caught) == (501, "NotImplementedException", message)


def test_a_broken_constraint_reaches_the_client(serve: Serve) -> None:
    client = serve({"create_schema": raising(AssertionError())}).client("personalize")
    with pytest.raises(client.exceptions.InvalidInputException) as caught:
        client.create_schema(name="-films-", schema="{}")
    assert "Value '-films-' at 'name' failed" in str(caught.value)


def test_a_body_that_is_not_json_is_a_400(serve: Serve) -> None:
    server = serve({"list_recipes": raising(AssertionError())})
    answer = server.control("ListRecipes", b"{")
    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")


def test_a_body_over_the_limit_is_a_413(serve: Serve) -> None:
    server = serve({"list_recipes": lambda _call: {"recipes": []}})
    spaces = b" " * (6 * 1024 * 1024 - 2)
    assert server.control("ListRecipes", spaces + b"{}").status_code == 200
    answer = server.control("ListRecipes", spaces + b" {}")
    code = answer.json()["__type"]
    assert (answer.status_code, code) == (413, "RequestEntityTooLargeException")


def test_a_client_that_leaves_while_sending_gets_no_answer() -> None:
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        sent.append(message)

    headers = [(b"authorization", AUTHORIZATION.encode())]
    connection = {"type": "http", "method": "POST", "path": "/events", "query_string": b""}
    app = create_app({"put_events": raising(AssertionError())}, lambda scope: scope)

    async def exchange() -> None:
        await app(connection | {"headers": headers}, receive, send)

    asyncio.run(exchange())
    assert sent == []


def test_an_unsigned_request_is_a_403(serve: Serve) -> None:
    server = serve({"get_recommendations": raising(AssertionError())})
    del server.http.headers["Authorization"]
    answer = server.http.post("/recommendations", json={"campaignArn": ARN})
    code = answer.json()["__type"]
    assert (answer.status_code, code) == (403, "MissingAuthenticationTokenException")


def test_an_unknown_target_is_a_400_in_aws_json(bare_server: Server) -> None:
    answer = bare_server.control("CreateFilm")
    assert (answer.status_code, answer.json()["__type"]) == (400, "UnknownOperationException")
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"


@pytest.mark.parametrize(("method", "path"), [("GET", "/recommendations"), ("POST", "/films")])
def test_an_unknown_route_is_a_404(bare_server: Server, method: str, path: str) -> None:
    answer = bare_server.http.request(method, path)
    assert (answer.status_code, answer.json()["__type"]) == (404, "UnknownOperationException")


def test_health_follows_readiness(serve: Serve) -> None:
    readiness = iter([False, True])
    server = serve({}, ready=lambda: next(readiness))
    assert server.http.get("/healthz").status_code == 503
    answer = server.http.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_a_function_that_is_no_operation_is_refused() -> None:
    with pytest.raises(ValueError, match="no operation is called create_film"):
        create_app({"create_film": raising(AssertionError())}, lambda scope: scope)
