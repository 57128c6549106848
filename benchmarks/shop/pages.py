"""How long the shop takes for a page, with the engine on the same machine.

Run: `python -m benchmarks.shop.pages [--requests 60] [--json shop.json]`. It opens the demo in a
folder of its own, waits for its trainings, and asks for each page in turn, with a pause between
requests, as nobody and as curated shoppers. Milliseconds from the request's last byte to the
answer's, which is compressed as for a browser. The floor is a style sheet, which neither the engine
nor the database is asked for. `loop` is a fixed computation between the requests: how much its 95th
percentile is above its median is how unevenly the machine gave its time.
"""

import argparse
import gzip
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import msgspec

from benchmarks.machine import machine
from benchmarks.quality.rows import Row, merged, read, show, write

PORT = 8390
SIZE = ("--shoppers", "2000", "--products", "2465", "--interactions", "150000")
WORDS = ("wooden", "leather", "red", "classic", "jacket", "tea", "novel", "lamp", "ring", "bag")
LAST = "Segments of shoppers: "
"""What the demo says when all is trained."""
_PAUSE = 0.05
_CURATED = 5
"""Shoppers who take turns, as a real one does not see a hundred pages a minute."""
_IN_CART = 3
_LOOP = 100_000


class _Id(msgspec.Struct):
    id: str


class _Product(msgspec.Struct):
    asin: str


class _User(msgspec.Struct, rename="pascal"):
    id: str


class _Session(msgspec.Struct, rename="pascal"):
    user_list: list[_User]


class Visit:
    """One visitor's cookie, over a connection that all share."""

    def __init__(self, connection: HTTPConnection) -> None:
        self._connection = connection
        self._cookie = ""

    def ask(self, path: str, form: str | None = None) -> tuple[bytes, float]:
        """The body, and the milliseconds that it took. RuntimeError where the shop refused."""
        headers = {"Cookie": self._cookie, "Accept-Encoding": "gzip"}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request("GET" if form is None else "POST", path, form, headers)
        sent = time.perf_counter()
        answer = self._connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - sent) * 1000
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if answer.status not in {200, 303}:
            raise RuntimeError(f"{path} answered {answer.status}")
        told = re.match(r"(allstore=[^;]+)", answer.headers.get("Set-Cookie", ""))
        self._cookie = told[1] if told else self._cookie
        return body, took

    def post(self, path: str, field: str, value: str) -> None:
        """Send a form of one field."""
        token = re.search(r'name="form_token" value="([^"]+)"', self.ask("/cart")[0].decode())
        assert token is not None
        self.ask(path, urlencode({"form_token": token[1], field: value}))


@contextmanager
def demo(folder: Path) -> Iterator[None]:
    """The demo, open and with all its models."""
    command = [sys.executable, "-m", "aisle", "demo", "--no-browser", "--port", str(PORT)]
    command += ["--data-dir", str(folder), *SIZE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own words
        try:
            assert process.stdout is not None
            if not any(LAST in line for line in process.stdout):
                raise RuntimeError("The demo ended before its models were trained.")
            yield
        finally:
            process.terminate()


def pages(visits: Sequence[Visit]) -> Mapping[str, Callable[[random.Random], str]]:
    """A path of each kind of page, drawn by chance; each cart holds some products."""
    visit = visits[0]
    products = msgspec.json.decode(visit.ask("/items")[0], type=list[_Product])
    for each in visits:
        for product in products[:_IN_CART]:
            each.post("/cart/add", "product_id", product.asin)
    shelves = msgspec.json.decode(visit.ask("/categories")[0], type=list[_Id])
    return {
        "home": lambda _: "/",
        "category": lambda rng: f"/category/{rng.choice(shelves).id}",
        "search": lambda rng: f"/find?q={rng.choice(WORDS)}",
        "product": lambda rng: f"/product/{rng.choice(products).asin}",
        "cart": lambda _: "/cart",
        "offers": lambda _: "/offers",
        "live view": lambda _: "/live",
        "JSON /search": lambda rng: f"/search?q={rng.choice(WORDS)}",
        "a style sheet": lambda _: "/static/shop.css",
    }


def measure(visits: Sequence[Visit], requests: int, seed: int) -> dict[str, list[float]]:
    """Milliseconds of each page, all pages in turn so that what else the machine does meets each
    alike, and of the loop.
    """
    rng = random.Random(seed)  # noqa: S311 - the same each time
    paths = pages(visits)
    for path in paths.values():
        for visit in visits:
            visit.ask(path(rng))
    found: dict[str, list[float]] = {name: [] for name in (*paths, "loop")}
    for number in range(requests):
        for name, path in paths.items():
            time.sleep(_PAUSE)
            found[name].append(visits[number % len(visits)].ask(path(rng))[1])
            found["loop"].append(_loop())
    return found


def _loop() -> float:
    begun = time.perf_counter()
    sum(number * number for number in range(_LOOP))
    return (time.perf_counter() - begun) * 1000


def rows(who: str, found: Mapping[str, Sequence[float]], seed: int, note: str) -> list[Row]:
    """The median and the 95th percentile of each."""
    told = []
    for name, times in found.items():
        ordered = sorted(times)
        for metric, part in (("p50 ms", 0.5), ("p95 ms", 0.95)):
            value = round(ordered[int(part * (len(ordered) - 1) + 0.5)], 1)
            told.append(Row("pages", who, name, metric, value, 0.0, 0, seed, note))
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=60, help="of each page")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="put the rows into this file")
    chosen = parser.parse_args()
    note = f"{chosen.requests} requests, 2,000 shoppers, 150,000 events"
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder)):
        connection = HTTPConnection("127.0.0.1", PORT, timeout=30)
        nobody = Visit(connection)
        users = msgspec.json.decode(nobody.ask("/session")[0], type=_Session).user_list
        shoppers = [Visit(connection) for _ in users[:_CURATED]]
        for visit, user in zip(shoppers, users, strict=False):
            visit.post("/shopper", "shopper_id", user.id)
        new: list[Row] = []
        for who, visits in (("as nobody", [nobody]), ("as a chosen shopper", shoppers)):
            of_them = rows(who, measure(visits, chosen.requests, chosen.seed), chosen.seed, note)
            for name in dict.fromkeys(row.model for row in of_them):
                show([row for row in of_them if row.model == name])
            new += of_them
    if chosen.json:
        write(chosen.json, merged(read(chosen.json), [*new, *machine()]))


if __name__ == "__main__":
    main()
