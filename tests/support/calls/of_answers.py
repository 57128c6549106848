"""Valid requests for recommendations, and of what streams in."""

import json
import time
from typing import Any

from calls.data_world import Document
from calls.valid import request
from calls.world import RANKING, World
from sample import item

NEXT_BEST_ACTION = "aws-next-best-action"
OF_ACTIONS = "INCLUDE ActionID WHERE Actions.VALUE > ($VALUE)"
TASTE = {"TASTE": '"drama"'}
CONTEXT = {"DEVICE": "phone"}
COLUMNS = {"ITEMS": ["TITLE", "PRICE"]}


@request("GetRecommendations")
def _(world: World) -> Document:
    return {"campaignArn": world.campaign(), "userId": "user-0001"}


@request("GetRecommendations", "whole")
def _(world: World) -> Document:
    return {
        "campaignArn": world.campaign(),
        "userId": "user-0001",
        "numResults": 10,
        "context": CONTEXT,
        "filterArn": world.filter(),
        "filterValues": TASTE,
        "promotions": [
            {
                "name": "horrors",
                "percentPromotedItems": 30,
                "filterArn": world.filter(),
                "filterValues": {"TASTE": '"horror"'},
            }
        ],
        "metadataColumns": COLUMNS,
    }


@request("GetRecommendations", "of-an-item")
def _(world: World) -> Document:
    return {"campaignArn": world.campaign("aws-similar-items"), "itemId": item("drama", 1)}


@request("GetRecommendations", "of-a-recommender")
def _(world: World) -> Document:
    return {
        "recommenderArn": world.recommender(),
        "userId": "user-0001",
        "metadataColumns": COLUMNS,
    }


@request("GetPersonalizedRanking")
def _(world: World) -> Document:
    return {
        "campaignArn": world.campaign(RANKING),
        "userId": "user-0001",
        "inputList": [item("drama", 1), item("sport", 2), "unheard-of"],
    }


@request("GetPersonalizedRanking", "whole")
def _(world: World) -> Document:
    return {
        "campaignArn": world.campaign(RANKING),
        "userId": "user-0001",
        "inputList": [item("drama", 1), item("sport", 2), item("comedy", 3)],
        "context": CONTEXT,
        "filterArn": world.filter(),
        "filterValues": TASTE,
        "metadataColumns": COLUMNS,
    }


@request("GetActionRecommendations")
def _(world: World) -> Document:
    return {"campaignArn": world.campaign(NEXT_BEST_ACTION), "userId": "user-0001"}


@request("GetActionRecommendations", "whole")
def _(world: World) -> Document:
    return {
        "campaignArn": world.campaign(NEXT_BEST_ACTION),
        "userId": "user-0001",
        "numResults": 3,
        "filterArn": world.filter(OF_ACTIONS),
        "filterValues": {"VALUE": "1"},
    }


def _event(**more: Any) -> Document:
    return {"eventType": "View", "sentAt": time.time(), "itemId": item("drama", 1), **more}


@request("PutEvents")
def _(world: World) -> Document:
    return {"trackingId": world.tracking_id(), "sessionId": "s", "eventList": [_event()]}


@request("PutEvents", "whole")
def _(world: World) -> Document:
    whole = _event(
        eventId=world.name(),
        eventValue=3.5,
        properties=json.dumps({"device": "phone"}),
        recommendationId="RID-1",
        impression=[item("drama", 1), item("drama", 2)],
        metricAttribution={"eventAttributionSource": "newsletter"},
    )
    return {
        "trackingId": world.tracking_id(),
        "userId": "user-0001",
        "sessionId": "s",
        "eventList": [whole, _event()],
    }


@request("PutItems")
def _(world: World) -> Document:
    return {"datasetArn": world.dataset("Items"), "items": [{"itemId": "new-1"}]}


@request("PutItems", "whole")
def _(world: World) -> Document:
    properties = json.dumps({"title": "New", "categoryL1": "drama", "price": 2.5})
    return {
        "datasetArn": world.dataset("Items"),
        "items": [{"itemId": "new-2", "properties": properties}],
    }


@request("PutUsers")
def _(world: World) -> Document:
    return {"datasetArn": world.dataset("Users"), "users": [{"userId": "new-1"}]}


@request("PutUsers", "whole")
def _(world: World) -> Document:
    properties = json.dumps({"age": 40, "membership": "gold"})
    return {
        "datasetArn": world.dataset("Users"),
        "users": [{"userId": "new-2", "properties": properties}],
    }


@request("PutActions")
def _(world: World) -> Document:
    return {"datasetArn": world.dataset("Actions"), "actions": [{"actionId": "new-1"}]}


@request("PutActions", "whole")
def _(world: World) -> Document:
    properties = json.dumps({"value": 3, "type": "offer"})
    return {
        "datasetArn": world.dataset("Actions"),
        "actions": [{"actionId": "new-2", "properties": properties}],
    }


def _taken(**more: Any) -> Document:
    return {
        "actionId": "action-1",
        "sessionId": "s",
        "timestamp": time.time(),
        "eventType": "Taken",
        **more,
    }


def _action_tracking_id(world: World) -> str:
    """Found where the service shows it: on the dataset itself."""
    found: str = world.described("datasetArn", world.dataset("Action_Interactions"))["trackingId"]
    return found


@request("PutActionInteractions")
def _(world: World) -> Document:
    return {"trackingId": _action_tracking_id(world), "actionInteractions": [_taken()]}


@request("PutActionInteractions", "whole")
def _(world: World) -> Document:
    whole = _taken(
        userId="user-0001",
        eventId=world.name(),
        recommendationId="RID-1",
        impression=["action-1", "action-2"],
        properties=json.dumps({"channel": "mail"}),
    )
    return {"trackingId": _action_tracking_id(world), "actionInteractions": [whole]}
