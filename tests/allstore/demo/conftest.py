"""Reviews and metadata as collections have them, some of them awkward."""

import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

ROOT = "Sports & Outdoors"
KINDS = (
    ("Camping & Hiking", "Tents"),
    ("Camping & Hiking", "Boots"),
    ("Cycling", "Helmets"),
    ("Fishing", "Lures"),
)
LONG = "A rope " + "that is long and strong and light " * 9
HOSTILE = '<script>alert("1")</script>'
METADATA: list[dict[str, Any]] = [
    {
        "asin": "boot",
        "title": "Trail Boot &amp; Gaiter",
        "categories": [[ROOT, "Camping & Hiking", "Boots"]],
        "price": "$1,089.50",
        "brand": "Kestrel",
        "feature": ["Waterproof &eacute;tanche.", "Light."],
        "description": ["<p>For long ways.</p>", "And for short ones."],
        "imUrl": "https://images.example/boot._SX300_.jpg",
    },
    {"asin": "untitled", "brand": "Kestrel", "categories": [[ROOT, "Cycling", "Helmets"]]},
    {"asin": "bare", "title": "Bare"},
    {
        "asin": "deep",
        "title": HOSTILE,
        "categories": [[ROOT, "Fishing", "Lures", "Flies"], [ROOT, "Outdoor Gear"]],
    },
    {"asin": "long", "title": LONG, "categories": [[ROOT, "Fishing"]], "price": 0},
    {"asin": "twice", "title": "Old Tent", "categories": [[ROOT, "Camping & Hiking", "Tents"]]},
    {"asin": "twice", "title": "New Tent", "price": 20},
    {"title": "Nobody knows its id"},
    *(
        {
            "asin": f"item-{number:02}",
            "title": f"{second[:-1]} number {number}",
            "categories": [[ROOT, first, second]],
            "brand": ("Kestrel", "Volta")[number % 2],
        }
        for number, (first, second) in zip(range(32), itertools.cycle(KINDS), strict=False)
    ),
]
REVIEWS: list[dict[str, Any]] = [
    {"reviewerID": "eve", "reviewerName": "Eve Real", "asin": "bare", "unixReviewTime": 1},
    {"reviewerID": "eve", "asin": "gone", "unixReviewTime": 1_400_000_000},
    {"reviewerID": "eve", "unixReviewTime": 1_400_000_000},
    *(
        {
            "reviewerID": f"user-{user:02}",
            "reviewerName": "Real Name",
            "asin": f"item-{(user + step * 4 + (step % 5 == 4)) % 32:02}",
            "unixReviewTime": 1_400_000_000 + user * 86_400 + step,
        }
        for user in range(40)
        for step in range(8)
    ),
]


def json_lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A file of metadata, one line of which is broken, and one of reviews."""
    folder = tmp_path_factory.mktemp("collection")
    metadata, reviews = folder / "meta.json", folder / "reviews.json"
    metadata.write_text(json_lines(METADATA) + '{"asin": \n')
    reviews.write_text(json_lines(REVIEWS))
    return [metadata, reviews]
