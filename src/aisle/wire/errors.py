"""Errors that any operation may answer, beside those its model lists.

https://docs.aws.amazon.com/personalize/latest/dg/CommonErrors.html
"""
# The names are the wire's error codes.
# ruff: noqa: N818

from typing import ClassVar

from aisle.records.errors import ServiceError


class CommonError(ServiceError):
    """Not listed by an operation's model; carries its own HTTP status."""

    status: ClassVar[int] = 400


class ValidationException(CommonError):
    """A constraint is broken and the operation lists no error of its own for that."""


class SerializationException(CommonError):
    """The body is not JSON, or a member has the wrong JSON type."""


class UnknownOperationException(CommonError):
    """No such target or route."""

    status = 404


class SignatureError(CommonError):
    """The request is not signed as it has to be.

    REST operations answer 403, and those of the control plane 400, as to any error.
    """

    status = 403


class MissingAuthenticationTokenException(SignatureError):
    """The request is not signed at all."""


class IncompleteSignatureException(SignatureError):
    """The request's signature lacks a part or has a malformed one."""


class InvalidSignatureException(SignatureError):
    """The request was changed, signed with another secret, for another service or too long ago."""


class UnrecognizedClientException(SignatureError):
    """No such access key, or it is revoked."""


class ThrottlingException(CommonError):
    """More requests a second than the quota."""


class AccessDeniedException(CommonError):
    """The request came by a name that is not this machine's."""

    status = 403


class RequestEntityTooLargeException(CommonError):
    """The body is over the limit."""

    status = 413


class NotImplementedException(CommonError):
    """The operation is in the service's model, but this server has no function for it."""

    status = 501


class InternalFailure(CommonError):
    """This server's own fault."""

    status = 500
