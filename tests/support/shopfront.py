"""A stand-in engine that boto3 talks to over HTTP, and a visitor's browser on a served shop."""

import json
import re
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import httpx
import msgspec
import uvicorn

from allstore.catalog.models import Product, Shopper
from allstore.shop.settings import Settings
from allstore.web import create_app

POPULAR_ARN = "arn:aws:personalize:us-east-1:123456789012:recommender/popular"
FOR_YOU_ARN = "arn:aws:personalize:us-east-1:123456789012:recommender/for-you"
ALSO_VIEWED_ARN = "arn:aws:personalize:us-east-1:123456789012:recommender/also-viewed"
BOUGHT_TOGETHER_ARN = "arn:aws:personalize:us-east-1:123456789012:recommender/bought-together"
SIMILAR_ARN = "arn:aws:personalize:us-east-1:123456789012:campaign/similar"
RANKING_ARN = "arn:aws:personalize:us-east-1:123456789012:campaign/ranking"
PROMOTED_ARN = "arn:aws:personalize:us-east-1:123456789012:filter/promoted"
PRODUCTS = tuple(
    Product(
        id=f"p{number:02}",
        name=f"Thing {number:02}",
        category=("apparel", "books", "tools")[number % 3],
        style=("shirt", "novel", "saw")[number % 3],
        description=f"The thing with the number {number}.",
        price=10 + number + 0.99,
        featured=number >= 38,
        current_stock=number,
    )
    for number in range(40)
)
SHOPPERS = (
    Shopper("1870", "Anthony", "Valdez", "M", 24, "apparel_footwear_accessories"),
    Shopper("2001", "Beatrice", "Lee", "F", 41, "apparel_footwear_accessories"),
    Shopper("3", "Chris", "Moss", "F", 33, "electronics_books_instruments"),
)


class StandInEngine:
    """Answers the runtime's operations and PutEvents in the wire's form and keeps what was asked.

    Popular is p00, p01, ...; for a user it is the reverse, with what the user touched put first.
    Of an item the next ones by number are similar, of an unknown one all. A ranking reverses the
    list. What is promoted, p30 and those after it, comes first.
    """

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.fails_with: str | None = None
        self.refused_item: str | None = None
        self.told: dict[str, dict[str, Any]] = {}
        """What an answer says of some items beside their ids."""
        self.helped: list[str] = []
        """Products that a ranking with DISCOUNT Yes puts first."""
        self.unknown_item: str | None = None
        """What a ranking leaves out."""
        self.cannot_rank: str | None = None
        """The DISCOUNT with which a ranking fails."""
        self.says: tuple[str, bytes] | None = None
        """A content type and a body that every call is answered with, as no engine does."""
        self.silent = False
        """Ends each connection without an answer."""
        self.calls = 0
        """Those that failed, too."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def answer(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path == "/events":
            self.events.append(body)
            return {}
        self.asked.append(body)
        if path == "/personalize-ranking":
            order = [each for each in reversed(body["inputList"]) if each != self.unknown_item]
            if body.get("context") == {"DISCOUNT": "Yes"}:
                order.sort(key=lambda each: each not in self.helped)
            ranked = [{"itemId": each, "score": 1 / at} for at, each in enumerate(order, 1)]
            return {"personalizedRanking": ranked, "recommendationId": "RID-2"}
        promoted = self._promoted(body)
        others = [each for each in self._ids(body) if each not in promoted]
        items = [{"itemId": each, "promotionName": name} for each, name in promoted.items()]
        items += [{"itemId": each} for each in others[: body["numResults"] - len(items)]]
        items = [{**each, **self.told.get(each["itemId"], {})} for each in items]
        return {"itemList": items, "recommendationId": "RID-1"}

    def refusal(self, body: dict[str, Any]) -> str | None:
        """The error for an event of `refused_item` or a ranking that cannot be."""
        if self.cannot_rank and body.get("context", {}).get("DISCOUNT") == self.cannot_rank:
            return "ThrottlingException"
        items = {event.get("itemId") for event in body.get("eventList", [])}
        return "InvalidInputException" if items & {self.refused_item or ""} else None

    def _promoted(self, body: dict[str, Any]) -> dict[str, str]:
        """What takes the places of the promotion, and its name: p30, p31, ..."""
        asked = body.get("promotions", [])
        ids = [product.id for product in PRODUCTS][30:]
        places = [-(-body["numResults"] * each["percentPromotedItems"] // 100) for each in asked]
        return {
            one: each["name"]
            for each, most in zip(asked, places, strict=True)
            for one in ids[:most]
        }

    def _ids(self, body: dict[str, Any]) -> list[str]:
        ids = [product.id for product in PRODUCTS]
        if body.get("recommenderArn") == POPULAR_ARN:
            return ids
        if "itemId" in body:
            return ids[ids.index(body["itemId"]) if body["itemId"] in ids else 0 :]
        touched = [
            event["itemId"]
            for put in reversed(self.events)
            for event in put["eventList"]
            if "itemId" in event and body["userId"] in {put.get("userId"), put["sessionId"]}
        ]
        return list(dict.fromkeys([*touched, *reversed(ids)]))


def _handler(engine: StandInEngine) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            engine.calls += 1
            if engine.silent:
                return
            if engine.says:
                self._reply(200, *engine.says)
            elif error := engine.fails_with or engine.refusal(body):
                self._send(400, {"message": "It failed."}, error)
            else:
                self._send(200, engine.answer(self.path, body))

        def _send(self, status: int, content: dict[str, Any], error: str = "") -> None:
            self._reply(status, "application/json", json.dumps(content).encode(), error)

        def _reply(self, status: int, kind: str, payload: bytes, error: str = "") -> None:
            self.send_response(status)
            if error:
                self.send_header("x-amzn-ErrorType", error)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_: object) -> None:
            """Tests are quiet."""

    return Handler


def write_catalogue(folder: Path, products: tuple[Product, ...]) -> None:
    (folder / "products.json").write_bytes(msgspec.json.encode(products))
    (folder / "shoppers.json").write_bytes(msgspec.json.encode(SHOPPERS))


class Browser:
    """One visitor's browser without scripts: it keeps cookies and sends the page's form token."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, follow_redirects=True, timeout=60)

    def get(self, path: str, **kwargs: Any) -> httpx.Response:
        return self.http.get(path, **kwargs)

    def token(self) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.get("/cart").text)
        assert found
        return found[1]

    def post(self, path: str, *, htmx: bool = False, **form: object) -> httpx.Response:
        fields = {"form_token": self.token(), **form}
        headers = {"HX-Request": "true"} if htmx else {}
        return self.http.post(path, data=fields, headers=headers)

    def open_card(
        self, page: httpx.Response, product_id: str, *, htmx: bool = False
    ) -> httpx.Response:
        """Press a product's card on a page: what its form holds is sent, and no more."""
        card = re.search(
            rf'data-testid="card" data-product="{product_id}".*?</form>', page.text, re.DOTALL
        )
        assert card
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', card[0]))
        headers = {"HX-Request": "true"} if htmx else {}
        return self.http.post(f"/view/{product_id}", data=fields, headers=headers)


Open = Callable[[Settings], Browser]


def connected(engine: StandInEngine, folder: Path) -> Settings:
    """A shop of `PRODUCTS` and `SHOPPERS` in a folder, connected to the stand-in engine."""
    write_catalogue(folder, PRODUCTS)
    return Settings.model_validate(
        {
            "data_dir": folder,
            "endpoint_url": engine.url,
            "access_key_id": "test",
            "secret_access_key": "test",
            "recommended_for_you_arn": FOR_YOU_ARN,
            "popular_by_views_arn": POPULAR_ARN,
            "also_viewed_arn": ALSO_VIEWED_ARN,
            "bought_together_arn": BOUGHT_TOGETHER_ARN,
            "similar_items_arn": SIMILAR_ARN,
            "ranking_arn": RANKING_ARN,
            "tracking_id": "tracking-1",
            "list_size": 12,
        }
    )


def serve(settings: Settings) -> tuple[str, Callable[[], None]]:
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(settings), log_level="critical")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started:
        time.sleep(0.005)

    def close() -> None:
        server.should_exit = True
        thread.join()
        listener.close()

    return f"http://127.0.0.1:{listener.getsockname()[1]}", close
