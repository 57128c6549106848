"""Valid requests about schemas, groups, datasets, their jobs, filters and tags."""

from calls.data_world import ROLE, SHOP, Document
from calls.stage import schema_of
from calls.valid import request
from calls.world import World

TAGS = [{"tagKey": "team", "tagValue": "search"}, {"tagKey": "empty", "tagValue": ""}]
KEY = "arn:aws:kms:eu-central-1:000000000000:key/films"
DESTINATION = {"path": "s3://results/films/"}


@request("CreateSchema")
def _(world: World) -> Document:
    return {"name": world.name(), "schema": schema_of("Users")}


@request("CreateSchema", "in-a-domain")
def _(world: World) -> Document:
    return {"name": world.name(), "schema": schema_of("Interactions"), "domain": SHOP}


@request("CreateDatasetGroup")
def _(world: World) -> Document:
    return {"name": world.name()}


@request("CreateDatasetGroup", "whole")
def _(world: World) -> Document:
    return {
        "name": world.name(),
        "roleArn": ROLE,
        "kmsKeyArn": KEY,
        "domain": "VIDEO_ON_DEMAND",
        "tags": TAGS,
    }


def _dataset(world: World) -> Document:
    return {
        "name": world.name(),
        "schemaArn": world.schema("Users"),
        "datasetGroupArn": world.new_group(),
        "datasetType": "Users",
    }


@request("CreateDataset")
def _(world: World) -> Document:
    return _dataset(world)


@request("CreateDataset", "whole")
def _(world: World) -> Document:
    return {**_dataset(world), "datasetType": "usErs", "tags": TAGS}


@request("CreateDatasetImportJob")
def _(world: World) -> Document:
    document = world.import_of(world.new_lone_dataset(), "Users")
    del document["roleArn"]
    return document


@request("CreateDatasetImportJob", "whole")
def _(world: World) -> Document:
    return {
        **world.import_of(world.new_lone_dataset(), "Users"),
        "importMode": "INCREMENTAL",
        "publishAttributionMetricsToS3": True,
        "tags": TAGS,
    }


@request("CreateDatasetExportJob")
def _(world: World) -> Document:
    return world.export_of(world.dataset())


@request("CreateDatasetExportJob", "whole")
def _(world: World) -> Document:
    return {
        **world.export_of(world.dataset()),
        "ingestionMode": "ALL",
        "jobOutput": {"s3DataDestination": {**DESTINATION, "kmsKeyArn": KEY}},
        "tags": TAGS,
    }


@request("CreateDataDeletionJob")
def _(world: World) -> Document:
    return world.deletion_of(world.new_group())


@request("CreateDataDeletionJob", "whole")
def _(world: World) -> Document:
    return {**world.deletion_of(world.new_group()), "tags": TAGS}


@request("CreateEventTracker")
def _(world: World) -> Document:
    return {"name": world.name(), "datasetGroupArn": world.new_group_with_interactions()}


@request("CreateEventTracker", "whole")
def _(world: World) -> Document:
    group = world.new_group_with_interactions()
    return {"name": world.name(), "datasetGroupArn": group, "tags": TAGS}


@request("CreateFilter")
def _(world: World) -> Document:
    return world.filter_of('EXCLUDE ItemID WHERE Interactions.EVENT_TYPE IN ("*")')


@request("CreateFilter", "whole")
def _(world: World) -> Document:
    expression = (
        'EXCLUDE ItemID WHERE INTERACTIONS.event_type IN ("Purchase") '
        "| INCLUDE ItemID WHERE Items.PRICE < $PRICE IF CurrentUser.AGE >= 18"
    )
    return {**world.filter_of(expression), "tags": TAGS}


@request("CreateMetricAttribution")
def _(world: World) -> Document:
    return world.attribution_of(world.new_group_with_interactions())


@request("CreateMetricAttribution", "whole")
def _(world: World) -> Document:
    destination = {**DESTINATION, "kmsKeyArn": KEY}
    return {
        **world.attribution_of(world.new_group_with_interactions()),
        "metricsOutputConfig": {"roleArn": ROLE, "s3DataDestination": destination},
    }


@request("UpdateMetricAttribution")
def _(world: World) -> Document:
    return {"metricAttributionArn": world.new_attribution(), "removeMetrics": ["views"]}


@request("UpdateMetricAttribution", "whole")
def _(world: World) -> Document:
    bought = {"eventType": "Purchase", "metricName": "bought", "expression": "SAMPLECOUNT()"}
    return {
        "metricAttributionArn": world.new_attribution(),
        "addMetrics": [bought],
        "removeMetrics": ["views"],
        "metricsOutputConfig": {
            "roleArn": ROLE,
            "s3DataDestination": {"path": "s3://results/other/", "kmsKeyArn": KEY},
        },
    }


@request("UpdateDataset")
def _(world: World) -> Document:
    longer = schema_of("Users", {"name": "CITY", "type": ["null", "string"]})
    schema = world.create("Schema", {"name": world.name(), "schema": longer}, wait=False)
    return {"datasetArn": world.new_lone_dataset(), "schemaArn": schema}


@request("TagResource")
def _(world: World) -> Document:
    return {"resourceArn": world.new_group(), "tags": TAGS}


@request("UntagResource")
def _(world: World) -> Document:
    group = world.new_group()
    world.call("TagResource", {"resourceArn": group, "tags": TAGS})
    return {"resourceArn": group, "tagKeys": ["team"]}
