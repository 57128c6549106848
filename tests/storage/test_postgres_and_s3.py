"""The same journey with PostgreSQL and S3 in the place of files."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import pgserver.postgres_server
import pytest
from moto.server import ThreadedMotoServer

from aisle.settings import Settings
from datasets import dataset, field
from journey import deploy, event, group_with_dataset, import_rows, item_ids, resource, train
from reader import Reader
from running import Server, StartServer
from sample import interactions, write_interactions

USER = "user-0007"


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def put_everything(server: Server, reader: Reader, group: str) -> None:
    """Streamed rows of every kind, as another machine sees them beside the imported ones."""
    items = dataset(
        server.personalize, group, "ITEMS", [field("ITEM_ID", null=False), field("PRICE", "float")]
    )
    for price in (1, 2):
        sent = [{"itemId": "drama-01", "properties": f'{{"price": {price}}}'}]
        server.events.put_items(datasetArn=items, items=sent)  # type: ignore[arg-type]
        assert reader.rows(group, "ITEMS") == {"drama-01": {"PRICE": f"{price}.0"}}
    names = ("USER_ID", "ACTION_ID", "EVENT_TYPE")
    fields = [*(field(name, null=False) for name in names), field("TIMESTAMP", "long", null=False)]
    actions = dataset(server.personalize, group, "ACTION_INTERACTIONS", fields)
    taken: Any = {
        "actionId": "a",
        "sessionId": "s",
        "timestamp": 1,
        "eventType": "Taken",
        "eventId": "once",
    }
    server.events.put_action_interactions(
        trackingId=resource(server.personalize, "dataset", actions)["trackingId"],
        actionInteractions=[taken, taken],
    )
    assert reader.interacted(group, "s", "ACTION_INTERACTIONS") == {("a", "taken")}
    assert reader.interacted(group, "new") == {("drama-01", "view"), ("drama-02", "view")}
    imported = {(item, kind.lower()) for user, item, kind, _ in interactions() if user == USER}
    assert reader.interacted(group, USER) == imported


def test_events_imports_and_models_live_in_postgresql_and_s3(
    tmp_path: Path, s3: str, start_server: StartServer
) -> None:
    bucket = boto3.client("s3", endpoint_url=s3, region_name="us-east-1")
    bucket.create_bucket(Bucket="store")
    file = write_interactions(tmp_path / "interactions.csv")
    bucket.upload_file(str(file), "store", "in/interactions.csv")
    nothing = tmp_path / "none"
    nothing.mkdir()
    postgres = pgserver.postgres_server.get_server(tmp_path / "postgres", cleanup_mode="stop")
    settings = Settings(
        data_dir=tmp_path / "reader",
        database_url=postgres.get_uri().replace("postgresql:", "postgresql+psycopg:"),
        objects_url="s3://store/aisle",
        s3_endpoint=s3,
        s3_access_key_id="any",
        s3_secret_access_key="any",
    )
    environment = settings.environment()
    for own in ("AISLE_DATA_DIR", "AISLE_ALLOW_PATH", "AISLE_LEASE_SECONDS"):
        del environment[own]
    server = start_server(tmp_path / "data", allowed=nothing, environment=environment)
    personalize = server.personalize
    group, dataset = group_with_dataset(personalize, "elsewhere")
    import_rows(personalize, dataset, "s3://store/in/interactions.csv")
    tracker = personalize.create_event_tracker(name="elsewhere", datasetGroupArn=group)
    campaign = deploy(personalize, train(personalize, group, "aws-user-personalization"))
    popular = item_ids(server.runtime.get_recommendations(campaignArn=campaign, userId="new"))
    server.events.put_events(
        trackingId=tracker["trackingId"],
        userId="new",
        sessionId="s",
        eventList=[event("drama-01"), event("drama-02", event_id="once")],
    )
    after = item_ids(server.runtime.get_recommendations(campaignArn=campaign, userId="new"))
    assert after != popular
    assert after[0].startswith("drama")
    reader = Reader(settings)
    with closing(reader.state):
        put_everything(server, reader, group)
    keys = [entry["Key"] for entry in bucket.list_objects_v2(Bucket="store")["Contents"]]
    assert any(key.startswith("aisle/datasets/") for key in keys)
    assert any(key.endswith("manifest.json") for key in keys)
    server.kill()
    shutil.rmtree(tmp_path / "data")  # another machine knows nothing but the database and S3
    server.start()
    again = item_ids(server.runtime.get_recommendations(campaignArn=campaign, userId="new"))
    assert again == after
    campaign = deploy(server.personalize, train(server.personalize, group, "aws-popularity-count"))
    moved: dict[str, Any] = {"campaignArn": campaign, "userId": "new", "numResults": 100}
    assert "unheard-of" not in item_ids(server.runtime.get_recommendations(**moved))
    server.events.put_events(
        trackingId=tracker["trackingId"],
        userId="new",
        sessionId="s",
        eventList=[event("unheard-of")],
    )
    assert "unheard-of" in item_ids(server.runtime.get_recommendations(**moved))
    server.stop()
    postgres.cleanup()
