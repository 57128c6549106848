"""Tags: given at creation, added, replaced, taken away, listed, refused."""

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from journey import active
from running import Server

if TYPE_CHECKING:
    from types_boto3_personalize.type_defs import TagTypeDef


@pytest.fixture(scope="module")
def server(shared_server: Server) -> Server:
    return shared_server


def tagged(server: Server, name: str, tags: list["TagTypeDef"]) -> str:
    return server.personalize.create_dataset_group(name=name, tags=tags)["datasetGroupArn"]


def tags_of(server: Server, arn: str) -> dict[str, str]:
    answer = server.personalize.list_tags_for_resource(resourceArn=arn)
    return {tag["tagKey"]: tag["tagValue"] for tag in answer["tags"]}


def many(count: int) -> list["TagTypeDef"]:
    return [{"tagKey": f"key-{number}", "tagValue": ""} for number in range(count)]


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return error.value.response["Error"]["Code"]


def test_tags_given_at_creation_are_listed(server: Server) -> None:
    arn = tagged(server, "created", [{"tagKey": "team", "tagValue": "shop"}])
    assert tags_of(server, arn) == {"team": "shop"}


def test_a_tag_replaces_the_one_of_its_key_and_joins_the_others(server: Server) -> None:
    arn = tagged(server, "added", [{"tagKey": "a", "tagValue": "1"}])
    new: list[TagTypeDef] = [{"tagKey": "a", "tagValue": "2"}, {"tagKey": "b", "tagValue": "3"}]
    server.personalize.tag_resource(resourceArn=arn, tags=new)
    assert tags_of(server, arn) == {"a": "2", "b": "3"}


def test_tags_outlive_what_jobs_write(server: Server) -> None:
    arn = tagged(server, "kept", [{"tagKey": "a", "tagValue": "1"}])
    active(server.personalize, "datasetGroup", arn)
    assert tags_of(server, arn) == {"a": "1"}


def test_untagging_takes_those_keys_and_no_others(server: Server) -> None:
    arn = tagged(server, "taken", many(3))
    server.personalize.untag_resource(resourceArn=arn, tagKeys=["key-0", "key-2", "unknown"])
    assert tags_of(server, arn) == {"key-1": ""}


def test_more_than_fifty_tags_are_too_many_at_creation(server: Server) -> None:
    with pytest.raises(ClientError) as error:
        tagged(server, "many", many(51))
    assert code_of(error) == "TooManyTagsException"


def test_more_than_fifty_tags_are_too_many_in_all(server: Server) -> None:
    arn = tagged(server, "full", many(50))
    with pytest.raises(ClientError) as error:
        server.personalize.tag_resource(resourceArn=arn, tags=[{"tagKey": "x", "tagValue": ""}])
    assert code_of(error) == "TooManyTagsException"
    assert len(tags_of(server, arn)) == 50


def test_a_request_names_fifty_keys_to_take_away_at_most(server: Server) -> None:
    arn = tagged(server, "keys", [])
    with pytest.raises(ClientError) as error:
        server.personalize.untag_resource(resourceArn=arn, tagKeys=[f"k{n}" for n in range(51)])
    assert code_of(error) == "TooManyTagKeysException"


@pytest.mark.parametrize("keys", [["twice", "twice"], ["aws:mine"]])
def test_a_key_that_comes_twice_or_is_reserved_is_refused(server: Server, keys: list[str]) -> None:
    with pytest.raises(ClientError) as error:
        tagged(server, "refused", [{"tagKey": key, "tagValue": "x"} for key in keys])
    assert code_of(error) == "InvalidInputException"
    assert keys[0] in str(error.value)


def test_a_resource_that_is_not_there_has_no_tags(server: Server) -> None:
    with pytest.raises(ClientError) as error:
        tags_of(server, f"arn:aws:personalize:{server.region}:000000000000:schema/none")
    assert code_of(error) == "ResourceNotFoundException"
