"""What the shop asks of Amazon Personalize itself: credentials and ARNs in the settings, and no
endpoint. The SDK's last hook takes each request just before it would leave, signed.
"""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore import handlers
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from allstore.shop.settings import Settings
from running import until
from shopfront import PRODUCTS, Open, write_catalogue

ACCOUNT = "arn:aws:personalize:eu-west-1:111122223333"
SETTINGS = {
    "region": "eu-west-1",
    "access_key_id": "AKIAIOSFODNN7EXAMPLE",
    "secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "recommended_for_you_arn": f"{ACCOUNT}:recommender/for-you",
    "popular_by_views_arn": f"{ACCOUNT}:recommender/popular",
    "similar_items_arn": f"{ACCOUNT}:campaign/similar",
    "ranking_arn": f"{ACCOUNT}:campaign/ranking",
    "category_filter_arn": f"{ACCOUNT}:filter/category",
    "promotion_filter_arn": f"{ACCOUNT}:filter/promoted",
    "tracking_id": "0f1e2d3c-4b5a-4697-8877-665544332211",
    "list_size": 12,
}
SIGNED = "content-type;host;x-amz-date"
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SCOPE = re.compile(r"AWS4-HMAC-SHA256 Credential=(\S+?)/\d{8}/(\S+), SignedHeaders=(\S+), Sig")


class Network:
    """Takes requests in the network's place and answers like the service."""

    def __init__(self) -> None:
        self.requests: list[AWSPreparedRequest] = []

    def __call__(self, request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        self.requests.append(request)
        path, body = urlsplit(request.url).path, _body(request)
        items: dict[str, Any] = {}
        if path == "/recommendations":
            items = {"itemList": [{"itemId": "p01"}], "recommendationId": "RID-1"}
        elif path == "/personalize-ranking":
            ranked = [{"itemId": each, "score": 0.5} for each in body["inputList"]]
            items = {"personalizedRanking": ranked, "recommendationId": "RID-2"}
        answer = _Raw(json.dumps(items).encode())
        return AWSResponse(request.url, 200, HTTPHeaders(), answer)

    def sent(self, path: str) -> list[dict[str, Any]]:
        return [_body(each) for each in self.requests if urlsplit(each.url).path == path]


def _body(request: AWSPreparedRequest) -> dict[str, Any]:
    assert isinstance(request.body, (bytes, str))
    body: dict[str, Any] = json.loads(request.body)
    return body


def _header(request: AWSPreparedRequest, name: str) -> str:
    value = request.headers[name]
    return value.decode() if isinstance(value, bytes) else str(value)


class _Raw(io.BytesIO):
    def stream(self) -> Iterator[bytes]:
        yield self.read()


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    network = Network()
    hook = ("before-send", network)
    monkeypatch.setattr(handlers, "BUILTIN_HANDLERS", [*handlers.BUILTIN_HANDLERS, hook])
    for name in ("AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return network


@pytest.fixture
def real(network: Network, tmp_path: Path, open_shop: Open) -> Any:
    """A browser on a shop that knows the service alone."""
    write_catalogue(tmp_path, PRODUCTS)
    # A key of its own: the SDK's session is made once a key, and has the hooks of its making.
    own = {**SETTINGS, "data_dir": tmp_path, "access_key_id": f"AKIA{id(network):020d}"}
    return open_shop(Settings.model_validate(own))


def test_each_request_goes_to_the_regions_endpoint_and_is_signed_for_the_service(
    real: Any, network: Network
) -> None:
    real.get("/")
    real.post("/view/p04", recommendation_id="RID-9")
    real.get("/find?q=thing")
    runtime = "https://personalize-runtime.eu-west-1.amazonaws.com"
    assert {request.url for request in network.requests} == {
        f"{runtime}/recommendations",
        f"{runtime}/personalize-ranking",
        "https://personalize-events.eu-west-1.amazonaws.com/events",
    }
    for request in network.requests:
        found = _SCOPE.match(_header(request, "Authorization"))
        assert found
        assert found[1].startswith("AKIA")
        assert (found[2], found[3]) == ("eu-west-1/personalize/aws4_request", SIGNED)
        assert (request.method, _header(request, "Content-Type")) == ("POST", "application/json")


def test_lists_are_get_recommendations_of_recommenders_and_campaigns(
    real: Any, network: Network
) -> None:
    promotion = {
        "name": "allstore-promotion",
        "percentPromotedItems": 10,
        "filterArn": f"{ACCOUNT}:filter/promoted",
    }
    real.post("/shopper", shopper_id="1870")
    network.requests.clear()
    real.get("/")
    real.get("/?category=books")
    real.get("/recommendationsitem/p04")
    assert network.sent("/recommendations") == [
        {
            "recommenderArn": f"{ACCOUNT}:recommender/for-you",
            "userId": "1870",
            "numResults": 12,
            "promotions": [promotion],
        },
        {
            "recommenderArn": f"{ACCOUNT}:recommender/for-you",
            "userId": "1870",
            "numResults": 12,
            "filterArn": f"{ACCOUNT}:filter/category",
            "filterValues": {"CATEGORY": '"books"'},
        },
        {"campaignArn": f"{ACCOUNT}:campaign/similar", "itemId": "p04", "numResults": 13},
    ]


def test_a_search_is_one_get_personalized_ranking(real: Any, network: Network) -> None:
    found = real.get("/search?q=thing 04&u=1870").json()
    (asked,) = network.sent("/personalize-ranking")
    assert asked["inputList"][0] == "p04"
    assert {item["asin"] for item in found} <= set(asked.pop("inputList"))
    assert asked == {"campaignArn": f"{ACCOUNT}:campaign/ranking", "userId": "1870"}


def test_a_click_is_one_put_events(real: Any, network: Network) -> None:
    real.get("/")
    real.post("/view/p04", recommendation_id="RID-9")
    until(lambda: network.sent("/events"), "the event")
    (put,) = network.sent("/events")
    (event,) = put.pop("eventList")
    assert re.fullmatch("[0-9a-f]{32}", put.pop("sessionId"))
    assert put == {"trackingId": SETTINGS["tracking_id"]}, "an anonymous visit names no user"
    assert _UUID.fullmatch(event.pop("eventId"))
    assert isinstance(event.pop("sentAt"), (int, float))
    assert event == {"eventType": "View", "itemId": "p04", "recommendationId": "RID-9"}
