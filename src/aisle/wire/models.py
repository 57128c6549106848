"""The 79 operations as botocore describes them: names, routes, shapes and errors."""

from collections.abc import Mapping
from functools import cache

from botocore import xform_name
from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, StructureShape

SERVICES = ("personalize", "personalize-runtime", "personalize-events")


@cache
def operations() -> Mapping[str, OperationModel]:
    """Every operation by its name on the wire, such as `CreateSchema`."""
    # Only the models inside botocore: those in ~/.aws/models are a client's affair.
    loader = Loader(
        extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False
    )
    services = [
        ServiceModel(loader.load_service_model(name, "service-2"), name) for name in SERVICES
    ]
    return {
        name: service.operation_model(name)
        for service in services
        for name in service.operation_names
    }


@cache
def targets() -> Mapping[str, OperationModel]:
    """The AWS JSON operations by their `X-Amz-Target`, such as `AmazonPersonalize.CreateSchema`."""
    return {
        f"{operation.metadata['targetPrefix']}.{name}": operation
        for name, operation in operations().items()
        if not is_rest(operation)
    }


@cache
def routes() -> Mapping[tuple[str, str], OperationModel]:
    """The REST operations by method and path, such as `("POST", "/recommendations")`."""
    return {
        (operation.http["method"], operation.http["requestUri"]): operation
        for operation in operations().values()
        if is_rest(operation)
    }


def is_rest(operation: OperationModel) -> bool:
    """Whether it speaks rest-json (runtime and events) rather than AWS JSON 1.1."""
    protocol: str = operation.metadata["protocol"]
    return protocol == "rest-json"


def function_name(operation: OperationModel) -> str:
    """What boto3 calls it, such as `create_schema`."""
    return xform_name(operation.name)


def input_shape(operation: OperationModel) -> StructureShape:
    """What a request has to look like; every operation here takes a structure."""
    if operation.input_shape is None:
        raise ValueError(f"{operation.name} takes nothing")
    return operation.input_shape


def error_statuses(operation: OperationModel) -> Mapping[str, int]:
    """The HTTP status of each error code that the operation may answer."""
    return {
        shape.name: shape.metadata.get("error", {}).get("httpStatusCode", 400)
        for shape in operation.error_shapes
    }
