"""The service's exceptions; `wire` turns each into the answer that an SDK raises again.

The class name is the error code on the wire. Which operation may raise which is botocore's to say:
https://docs.aws.amazon.com/personalize/latest/dg/API_Operations.html.
"""


class ServiceError(Exception):
    """An answer other than the one asked for; the message is shown to the client as it is."""

    @property
    def code(self) -> str:
        """The error code an SDK matches on."""
        return type(self).__name__


class InvalidInputException(ServiceError):
    """A member is missing, malformed or breaks a rule."""


class InvalidNextTokenException(ServiceError):
    """A `nextToken` that no List answer gave."""


class ResourceAlreadyExistsException(ServiceError):
    """The name is taken. Clients scrape the ARN out of this message."""

    def __init__(self, arn: str) -> None:
        super().__init__(f"Another resource with Arn {arn} already exists.")


class ResourceInUseException(ServiceError):
    """A resource is not in the state that the operation needs."""


class ResourceNotFoundException(ServiceError):
    """No such resource for this caller."""


class TooManyTagsException(ServiceError):
    """A resource would have more tags than it can."""


class TooManyTagKeysException(ServiceError):
    """A request names more tag keys than it can."""


class LimitExceededException(ServiceError):
    """A quota is used up."""
