"""Known-item search over the Amazon Sports catalogue, beside SQLite FTS5 in the same run.

Run: `python -m benchmarks.shop.search [--items 1000] [--json shop.json]`; AISLE_TEST_DATA names
the folder of the data sets. A product is looked for by three to six words of its title, in the
ways of `SPOILT`; a product of the same title counts as found. MRR is over the first 100 answers.
Both search the same titles and labels, with the same weights; FTS5 by any of the words, by BM25.
"""

import argparse
import gzip
import html
import json
import random
import resource
import sqlite3
import statistics
import string
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from allstore.catalog.models import Product
from allstore.search.index import BOOSTS
from allstore.search.request import SearchRequest
from allstore.search.rerank import Blend, Preference, Ranker
from allstore.search.search import Search
from allstore.search.text import WORDS
from benchmarks.data_sets import data_sets
from benchmarks.machine import machine
from benchmarks.quality.rows import Row, merged, read, write

FOLDER = "amazon-sports-2014"
DEEP = 100
NAME, LABELS = BOOSTS["name"], BOOSTS["description"]
WEIGHTS = (0.15, 0.3, 0.6)
LOVED = 10.0
"""How much a persona prefers its category over the rest."""
Answers = Callable[[str], Sequence[str]]


def catalogue() -> list[Product]:
    """Every product with a title; what its picture shows, a list of labels, is its description."""
    path = data_sets() / FOLDER / "meta_Sports_and_Outdoors.json.gz"
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    return [
        Product(
            id=row["asin"],
            name=html.unescape(row["title"]),
            category=(row.get("genre") or "").split("|")[0],
            style="",
            description=(row.get("genre") or "").replace("|", " "),
            price=0.0,
        )
        for row in rows
        if row.get("title")
    ]


def popularity() -> Counter[str]:
    """Reviews of each product."""
    path = data_sets() / FOLDER / "reviews_Sports_and_Outdoors_5.json.gz"
    return Counter(
        json.loads(line)["asin"] for line in gzip.decompress(path.read_bytes()).splitlines()
    )


def kept(words: Sequence[str], rng: random.Random) -> list[str]:
    """Three to six words of a title in their order."""
    count = min(len(words), rng.randint(3, 6))
    return [words[at] for at in sorted(rng.sample(range(len(words)), count))]


def swapped(words: Sequence[str], rng: random.Random) -> list[str]:
    words = list(words)
    rng.shuffle(words)
    return words


def misspelt(words: Sequence[str], rng: random.Random, count: int = 1) -> list[str]:
    """One letter of `count` words is left out, doubled up, replaced or swapped with the next."""
    words = list(words)
    long = [at for at, word in enumerate(words) if len(word) > 3 and word.isalpha()]
    for at in rng.sample(long, min(count, len(long))):
        words[at] = _typo(words[at], rng)
    return words


def _typo(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    letter = rng.choice(string.ascii_lowercase)
    return rng.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
        ]
    )


SPOILT: dict[str, Callable[[Sequence[str], random.Random], list[str]]] = {
    "words dropped": kept,
    "and swapped": lambda words, rng: swapped(kept(words, rng), rng),
    "and one misspelt": lambda words, rng: misspelt(kept(words, rng), rng),
    "and two misspelt": lambda words, rng: misspelt(kept(words, rng), rng, 2),
}


def fts5(products: Sequence[Product], tokenizer: str) -> Answers:
    """Answers of SQLite: products with any of the words, by its BM25."""
    database = sqlite3.connect(":memory:")
    database.execute(
        f"CREATE VIRTUAL TABLE found USING fts5(id UNINDEXED, name, labels, tokenize='{tokenizer}')"
    )
    rows = [(product.id, product.name, product.description) for product in products]
    database.executemany("INSERT INTO found VALUES (?, ?, ?)", rows)
    ask = "SELECT id FROM found WHERE found MATCH ? ORDER BY bm25(found, 0, ?, ?) LIMIT ?"

    def answers(query: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in query.split())
        return [row[0] for row in database.execute(ask, (words, NAME, LABELS, DEEP))]

    return answers


def allstore(search: Search, ranker: Ranker | None = None, blend: Blend | None = None) -> Answers:
    def answers(query: str) -> Sequence[str]:
        return search.results(SearchRequest(text=query, size=DEEP), ranker, blend).product_ids

    return answers


class Quality(msgspec.Struct, frozen=True):
    mrr: float
    recall: float
    """Share of queries that find their product among the first ten."""
    milliseconds: float
    """The median query's."""


def measure(
    answers: Answers, queries: Sequence[tuple[str, Product]], names: Mapping[str, str]
) -> Quality:
    ranks, times = [], []
    for query, wanted in queries:
        begun = time.perf_counter()
        found = answers(query)
        times.append((time.perf_counter() - begun) * 1000)
        same = (at for at, each in enumerate(found, 1) if names[each] == wanted.name)
        ranks.append(next(same, None))
    return Quality(
        statistics.fmean(1 / rank if rank else 0.0 for rank in ranks),
        statistics.fmean(rank is not None and rank <= 10 for rank in ranks),
        statistics.median(times),
    )


def _draws(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same each time


def known_items(products: Sequence[Product], count: int) -> list[tuple[list[str], Product]]:
    """`count` products whose titles have at least four words."""
    rng = _draws("items")
    titles = [(WORDS.analyze(product.name), product) for product in products]
    return rng.sample([each for each in titles if len(each[0]) >= 4], count)


def compare(products: Sequence[Product], count: int) -> list[dict[str, float | str]]:
    """A line for each way of asking and each search."""
    names = {product.id: product.name for product in products}
    searches = {
        "fts5 unicode61": fts5(products, "unicode61"),
        "fts5 porter": fts5(products, "porter"),
        "fts5 trigram": fts5(products, "trigram"),
        "allstore": allstore(Search(lambda: products, lambda: 0)),
    }
    items = known_items(products, count)
    lines: list[dict[str, float | str]] = []
    for way, spoil in SPOILT.items():
        rng = _draws(way)
        queries = [(" ".join(spoil(words, rng)), product) for words, product in items]
        found = {name: measure(answers, queries, names) for name, answers in searches.items()}
        base = found["fts5 unicode61"].milliseconds
        for name, quality in found.items():
            line: dict[str, float | str] = {
                "query": way,
                "search": name,
                "mrr": round(quality.mrr, 3),
                "recall@10": round(quality.recall, 3),
                "ms": round(quality.milliseconds, 2),
                "time/fts5": round(quality.milliseconds / base, 2),
            }
            lines.append(_printed(line, first=not lines))
    return lines


def rerank(products: Sequence[Product], count: int) -> list[dict[str, float | str]]:
    """What re-ranking costs a shopper who likes what everyone likes, and what it brings one who
    likes a category: a line for each weight. `category@10` is that category's share of the first
    ten answers, over the queries that find some of it.
    """
    by_id = {product.id: product for product in products}
    names = {product.id: product.name for product in products}
    sold = popularity()
    usual = Counter(product.category for product in products).most_common(20)
    search = Search(lambda: products, lambda: 0)
    rng = _draws("personas")
    queries = [(" ".join(kept(words, rng)), item) for words, item in known_items(products, count)]
    loved = [rng.choice(usual)[0] for _ in queries]

    def prefers(category: str | None) -> Ranker:
        return lambda ids: Preference(
            {
                each: (LOVED if by_id[each].category == category else 1.0) * (1 + sold[each]) ** 0.5
                for each in ids
            }
        )

    def share(category: str, found: Sequence[str]) -> float:
        return sum(by_id[each].category == category for each in found[:10]) / 10

    def line(shopper: str, blend: Blend) -> dict[str, float | str]:
        gained = []
        found = {}
        for (query, _), category in zip(queries, loved, strict=True):
            ranker = prefers(category if shopper == "persona" else None)
            found[query] = allstore(search, ranker, blend)(query)
            if any(by_id[each].category == category for each in found[query]):
                gained.append(share(category, found[query]))
        quality = measure(found.__getitem__, queries, names)
        return {
            "shopper": shopper,
            "weight": blend.weight,
            "mrr": round(quality.mrr, 3),
            "recall@10": round(quality.recall, 3),
            "category@10": round(statistics.fmean(gained), 3),
        }

    lines: list[dict[str, float | str]] = []
    for shopper in ("neutral", "persona"):
        for weight in (0.0, *WEIGHTS):
            lines.append(_printed(line(shopper, Blend(weight=weight)), first=not lines))
    return lines


def _printed(line: dict[str, float | str], *, first: bool) -> dict[str, float | str]:
    if first:
        print("  ".join(f"{name:>16}" for name in line))
    print("  ".join(f"{value!s:>16}" for value in line.values()), flush=True)
    return line


def rows(lines: Sequence[Mapping[str, float | str]], seconds: float, note: str) -> list[Row]:
    """Of what was measured in so many seconds: the first two cells of a line name what is asked and
    who answers, the others are its numbers.
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found = []
    for line in lines:
        (asked, who), numbers = list(line.values())[:2], list(line.items())[2:]
        found += [
            Row("search", str(asked), str(who), name, float(value), seconds, peak, 0, note)
            for name, value in numbers
        ]
    return found


def main() -> None:
    """Print both tables; put them into the results where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    products = catalogue()
    begun = time.perf_counter()
    Search(lambda: products, lambda: 0).index()
    print(f"{len(products)} products, indexed in {time.perf_counter() - begun:.2f} s")
    found = compare(products, options.items)
    print()
    found += [
        {
            "query": f"re-ranked for a {line.pop('shopper')} shopper",
            "search": f"weight {line.pop('weight')}",
            **line,
        }
        for line in rerank(products, options.items)
    ]
    if options.json:
        seconds = round(time.perf_counter() - begun, 1)
        note = f"{options.items} of {len(products)} products looked for"
        write(options.json, merged(read(options.json), [*rows(found, seconds, note), *machine()]))


if __name__ == "__main__":
    main()
