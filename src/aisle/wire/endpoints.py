"""An operation made ready to answer: its parser, function, serialiser and errors."""

import inspect
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, NoReturn

import structlog
from anyio import CapacityLimiter, to_thread
from botocore.model import OperationModel
from starlette.responses import Response

from aisle.records.answer import Answer
from aisle.records.errors import ServiceError
from aisle.wire import responses
from aisle.wire.errors import (
    CommonError,
    InternalFailure,
    NotImplementedException,
    SignatureError,
)
from aisle.wire.models import error_statuses, function_name, is_rest, operations
from aisle.wire.parsing import request_parser
from aisle.wire.serialising import response_serialiser

Function = Callable[..., Any]
"""`f(call, *, name: str, dataset_group_arn: str | None = None)` -> mapping, Struct or Answer."""

_CONTROL_THREADS = 8

_log = structlog.get_logger()


def endpoints(functions: Mapping[str, Function]) -> Mapping[str, "Endpoint"]:
    """One for each operation by its name on the wire; ValueError where a function is of none."""
    unused = dict(functions)
    ready = {
        name: Endpoint(operation, unused.pop(function_name(operation), None))
        for name, operation in operations().items()
    }
    if unused:
        raise ValueError(f"no operation is called {', '.join(sorted(unused))}")
    return ready


class Endpoint:
    """One operation; without a function it refuses with NotImplementedException when parsing."""

    def __init__(self, operation: OperationModel, function: Function | None) -> None:
        self.name = operation.name
        self.parse: Callable[[bytes], dict[str, Any]] = _refusal(operation)
        self._function: Function = self.parse
        if function is not None:
            self.parse, self._function = request_parser(operation), function
        self._is_rest = is_rest(operation)
        self._on_loop = self._is_rest or inspect.iscoroutinefunction(function)
        self._serialise = response_serialiser(operation)
        self._media_type = responses.media_type(operation)
        self._statuses = error_statuses(operation)

    async def call(self, call: object, arguments: Mapping[str, Any]) -> object:
        """What the function answers to the arguments, or whatever it raises.

        REST operations (runtime and events) run on the event loop, synchronous others in threads.
        """
        function = partial(self._function, call, **arguments)
        if not self._on_loop:
            return await to_thread.run_sync(function, limiter=_limiter())
        outcome = function()
        return await outcome if inspect.isawaitable(outcome) else outcome

    def answer(self, outcome: object, request_id: str) -> Response:
        """The outcome as the operation's response."""
        if isinstance(outcome, Answer):
            body = self._serialise(outcome.document)
            return responses.result(body, self._media_type, request_id, outcome.headers)
        return responses.result(self._serialise(outcome), self._media_type, request_id)

    def failure(self, error: Exception, request_id: str) -> Response:
        """The error as the operation may answer it; one it may not becomes InternalFailure."""
        if isinstance(error, CommonError):
            unsigned = isinstance(error, SignatureError) and not self._is_rest
            status = 400 if unsigned else error.status
            return responses.failure(error, status, self._media_type, request_id)
        if isinstance(error, ServiceError) and error.code in self._statuses:
            status = self._statuses[error.code]
            return responses.failure(error, status, self._media_type, request_id)
        return self._own_fault(error, request_id)

    def _own_fault(self, error: Exception, request_id: str) -> Response:
        _log.error("operation failed", operation=self.name, request_id=request_id, exc_info=error)
        message = "The server failed to answer; its log has the reason under the request id."
        if isinstance(error, ServiceError):
            message = str(error)
        fault = InternalFailure(message)
        return responses.failure(fault, fault.status, self._media_type, request_id)


@cache
def _limiter() -> CapacityLimiter:
    """Few threads: the control plane's operations wait for the database, and for one another."""
    return CapacityLimiter(_CONTROL_THREADS)


def _refusal(operation: OperationModel) -> Callable[[bytes], NoReturn]:
    def refuse(_body: bytes) -> NoReturn:
        raise NotImplementedException(f"{operation.name} is not implemented yet by this server.")

    return refuse
