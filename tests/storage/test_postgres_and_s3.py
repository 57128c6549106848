"""The same journey with PostgreSQL and S3 in the place of files."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import pgserver.postgres_server
import pytest
from moto.server import ThreadedMotoServer

from journey import deploy, event, group_with_dataset, import_rows, item_ids, train
from running import StartServer
from sample import write_interactions


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "any")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "any")
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


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
    server = start_server(
        tmp_path / "data",
        allowed=nothing,
        environment={
            "AISLE_DATABASE_URL": postgres.get_uri().replace("postgresql:", "postgresql+psycopg:"),
            "AISLE_OBJECTS_URL": "s3://store/aisle",
            "AISLE_S3_ENDPOINT": s3,
            "AISLE_S3_ACCESS_KEY_ID": "any",
            "AISLE_S3_SECRET_ACCESS_KEY": "any",
        },
    )
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
    keys = [entry["Key"] for entry in bucket.list_objects_v2(Bucket="store")["Contents"]]
    assert any(key.startswith("aisle/datasets/") for key in keys)
    assert any(key.endswith("manifest.json") for key in keys)
    server.kill()
    shutil.rmtree(tmp_path / "data")  # another machine knows nothing but the database and S3
    server.start()
    again = item_ids(server.runtime.get_recommendations(campaignArn=campaign, userId="new"))
    assert again == after
    train(server.personalize, group, "aws-popularity-count")
    server.stop()
    postgres.cleanup()
