from collections import Counter

from aisle.wire import models


def test_there_are_79_operations_of_which_71_have_a_target_and_8_a_route() -> None:
    counts = (len(models.operations()), len(models.targets()), len(models.routes()))
    assert counts == (79, 71, 8)


def test_a_target_names_its_operation() -> None:
    operation = models.targets()["AmazonPersonalize.CreateDatasetImportJob"]
    assert models.function_name(operation) == "create_dataset_import_job"


def test_routes_are_those_of_the_runtime_and_of_events() -> None:
    assert {path for _, path in models.routes()} == {
        "/recommendations",
        "/personalize-ranking",
        "/action-recommendations",
        "/events",
        "/items",
        "/users",
        "/actions",
        "/action-interactions",
    }


def test_no_two_operations_share_a_function_name() -> None:
    names = Counter(map(models.function_name, models.operations().values()))
    assert max(names.values()) == 1


def test_no_operation_reads_members_from_outside_the_body() -> None:
    for operation in models.operations().values():
        members = models.input_shape(operation).members.values()
        assert not [member for member in members if "location" in member.serialization]


def test_error_statuses_are_the_models() -> None:
    statuses = models.error_statuses(models.operations()["PutItems"])
    assert statuses == {
        "InvalidInputException": 400,
        "ResourceNotFoundException": 404,
        "ResourceInUseException": 409,
    }
