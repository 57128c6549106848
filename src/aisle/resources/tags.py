"""Tags: https://docs.aws.amazon.com/personalize/latest/dg/API_TagResource.html."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from aisle.data.state import Transaction
from aisle.records import Record
from aisle.records.arn import scope_of
from aisle.records.errors import (
    InvalidInputException,
    ResourceNotFoundException,
    TooManyTagKeysException,
    TooManyTagsException,
)
from aisle.serving.call import Call

_MOST_TAGS = 50
_RESERVED = "aws:"

Tags = Sequence[Mapping[str, str]]
"""Tags as they come: `[{"tagKey": ..., "tagValue": ...}]`."""


def checked_tags(tags: Tags | None) -> dict[str, str]:
    """The tags that a resource begins with.

    Raises InvalidInputException for a key that comes twice or begins with `aws:`, and
    TooManyTagsException for more than a resource can have.
    """
    return _added({}, tags or ())


def tag_resource(call: Call, *, resource_arn: str, tags: Tags) -> Mapping[str, object]:
    """Add tags; the value of a key that is there is replaced."""
    with call.state.write() as transaction:
        record = _tagged(call, transaction, resource_arn)
        transaction.resources.put(replace(record, tags=_added(record.tags, tags)))
    return {}


def untag_resource(
    call: Call, *, resource_arn: str, tag_keys: Sequence[str]
) -> Mapping[str, object]:
    """Take tags away; a key that is not there is no error."""
    if len(tag_keys) > _MOST_TAGS:
        raise TooManyTagKeysException(
            f"tagKeys has {len(tag_keys)} keys; a request can name {_MOST_TAGS} at most."
        )
    with call.state.write() as transaction:
        record = _tagged(call, transaction, resource_arn)
        kept = {key: value for key, value in record.tags.items() if key not in tag_keys}
        transaction.resources.put(replace(record, tags=kept))
    return {}


def list_tags_for_resource(call: Call, *, resource_arn: str) -> Mapping[str, object]:
    with call.state.read() as transaction:
        record = _tagged(call, transaction, resource_arn)
    return {"tags": [{"tagKey": key, "tagValue": value} for key, value in record.tags.items()]}


def _tagged(call: Call, transaction: Transaction, arn: str) -> Record:
    """The caller's resource of any kind."""
    record = transaction.resources.of_any_kind(arn) if scope_of(arn) == call.scope else None
    if record is None:
        raise ResourceNotFoundException(f"Could not find resource {arn}.")
    return record


def _added(present: Mapping[str, str], tags: Tags) -> dict[str, str]:
    keys = [tag["tagKey"] for tag in tags]
    for key in keys:
        if keys.count(key) > 1:
            raise InvalidInputException(f"tags has the key {key!r} twice; keys are unique.")
        if key.lower().startswith(_RESERVED):
            raise InvalidInputException(
                f"tags has the key {key!r}; those that begin with {_RESERVED} are reserved."
            )
    together = {**present, **{tag["tagKey"]: tag["tagValue"] for tag in tags}}
    if len(together) > _MOST_TAGS:
        raise TooManyTagsException(
            f"tags would come to {len(together)}; a resource can have {_MOST_TAGS} at most."
        )
    return together
