"""Resources of any kind: made or found, waited for, replaced where they failed."""

import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from aisle.provisioning.plan import ProvisionError, Report

if TYPE_CHECKING:
    from types_boto3_personalize import PersonalizeClient

_SHORTEST_PAUSE = 0.25
_LONGEST_PAUSE = 15.0
_PAUSE_OF_WAITED = 0.02
"""The longer a step takes, the less often it is asked about."""
_NEARLY = 0.99
"""The most that is reported of what is not ACTIVE yet."""
_UNKNOWN_CALLER = (
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
)
_KEY_HINT = (
    "It asks for a valid access key, in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or a profile; "
    "`aisle keys create` makes one for an engine of this kind."
)
_ENDED_BADLY = ("FAILED", "STOPPED")


class Resources:
    """The caller's resources; `kind` is the service's member name, such as `datasetGroup`."""

    def __init__(self, personalize: "PersonalizeClient", report: Report) -> None:
        self.personalize = personalize
        self.report = report
        self._made: set[str] = set()

    def describe(self, kind: str, arn: str) -> Mapping[str, Any]:
        """What the service says of a resource; raises ClientError where there is none."""
        resource: Mapping[str, Any] = self._answer(kind, arn)[kind]
        return resource

    def create(self, create: Callable[[], str]) -> str:
        """The ARN of what `create` makes, which counts as new."""
        arn = create()
        self._made.add(arn)
        return arn

    def create_or_find(self, create: Callable[[], str]) -> str:
        """The ARN of what `create` makes, or of what has taken the name before."""
        try:
            return self.create(create)
        except ClientError as error:
            if code_of(error) != "ResourceAlreadyExistsException":
                raise
            found = re.search(r"arn:aws[\w-]*:personalize\S*", error.response["Error"]["Message"])
            if found is None:
                raise
            return found.group()

    def begin(self, kind: str, create: Callable[[], str]) -> str:
        """The ARN of what `create` makes, or of what is there; what failed is made anew."""
        arn = self.create_or_find(create)
        status = str(self.describe(kind, arn)["status"])
        if not ended_badly(status) and not status.startswith("DELETE"):
            return arn
        return self.replace(kind, arn, create)

    def replace(self, kind: str, arn: str, create: Callable[[], str]) -> str:
        """Delete a resource and, once it is gone, make another."""
        if not str(self.describe(kind, arn)["status"]).startswith("DELETE"):
            getattr(self.personalize, f"delete_{_snake(kind)}")(**{f"{kind}Arn": arn})
        pauses = _Pauses()
        while self._exists(kind, arn):
            pauses.sleep()
        return self.create(create)

    def wait(
        self,
        step: str,
        kind: str,
        arn: str,
        part: Callable[[Mapping[str, Any]], Mapping[str, Any]] = lambda resource: resource,
    ) -> Mapping[str, Any]:
        """Wait until a resource, or a part of it, is ACTIVE; reports its progress meanwhile.

        Raises ProvisionError with the service's reason where it failed.
        """
        pauses = _Pauses()
        note = "ready" if arn in self._made else "there already"
        while True:
            answer = self._answer(kind, arn)
            resource: Mapping[str, Any] = answer[kind]
            change = part(resource)
            status = str(change["status"])
            if status == "ACTIVE":
                self.report(step, 1.0, note)
                return resource
            if ended_badly(status):
                raise ProvisionError(f"{step}: {change.get('failureReason', status)}")
            note = "ready"
            self.report(step, *_progress(answer, status))
            pauses.sleep()

    def settle(self, step: str, kind: str, arn: str) -> None:
        """Wait until a resource is not being made any more, whether that ends well or not."""
        with suppress(ProvisionError):
            self.wait(step, kind, arn)

    def _answer(self, kind: str, arn: str) -> Mapping[str, Any]:
        ask = getattr(self.personalize, f"describe_{_snake(kind)}")
        answer: Mapping[str, Any] = ask(**{f"{kind}Arn": arn})
        return answer

    def _exists(self, kind: str, arn: str) -> bool:
        try:
            self.describe(kind, arn)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return False
            raise
        return True


class _Pauses:
    """Between two questions about the same thing."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def sleep(self) -> None:
        waited = time.monotonic() - self._began
        time.sleep(min(_LONGEST_PAUSE, _SHORTEST_PAUSE + _PAUSE_OF_WAITED * waited))


def ended_badly(status: str) -> bool:
    """Whether a creation or an update will not become ACTIVE any more."""
    return status.endswith(_ENDED_BADLY)


def code_of(error: ClientError) -> str:
    """The service's name of an error."""
    return str(error.response["Error"]["Code"])


def said_by(error: ClientError) -> str:
    """What the service said, and what to do where it does not know the caller."""
    said = str(error.response["Error"].get("Message") or code_of(error))
    return f"{said} {_KEY_HINT}" if code_of(error) in _UNKNOWN_CALLER else said


def _snake(kind: str) -> str:
    return re.sub(r"(?=[A-Z])", "_", kind).lower()


def _progress(answer: Mapping[str, Any], status: str) -> tuple[float, str]:
    """What the engine sends beside the documented members; Amazon Personalize sends nothing."""
    header = answer["ResponseMetadata"]["HTTPHeaders"].get("x-aisle-progress", "")
    share, _, note = header.partition(" ")
    return (min(float(share), _NEARLY), note) if share else (0.0, status.lower())
