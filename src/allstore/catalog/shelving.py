"""Shelves for a catalogue that brings names of its own: some twenty, whatever it has.

Reviews' collections give each product a path of names, from the general to the special, or just
labels in no order. A shelf is a name that many products have early on their path and that hardly
all of them have.
"""

import heapq
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import msgspec

from allstore.catalog.models import Category

MOST_SHELVES = 24
_NEARLY_ALL = 0.8
"""The share of products from which on a name tells nothing about them."""
_FEWEST = 0.002
"""The share of products that a shelf takes from those without one, at least."""
_LONGEST_ID = 60
REST = "Everything else"
_WHOLE = "All products"


class Place(msgspec.Struct, frozen=True):
    """Where a product stands; the style is empty where nothing finer is known."""

    category: Category
    style: str


def shelve(paths: Sequence[Sequence[str]]) -> list[Place]:
    """The place of each product by its path of names; at most `MOST_SHELVES` shelves, and one for
    the products that are on none of them.
    """
    telling = _without_roots(paths)
    names = _shelves(telling)
    categories = _categories(names)
    on = [next((name for name in path if name in categories), None) for path in telling]
    rest = _rest(categories)
    styles = _styles(telling, on)
    return [
        Place(rest if name is None else categories[name], style)
        for name, style in zip(on, styles, strict=True)
    ]


def _without_roots(paths: Sequence[Sequence[str]]) -> list[list[str]]:
    """The paths without names that nearly all products have, unless hardly any have others."""
    named = sum(1 for path in paths if path)
    counts = Counter(name for path in paths for name in set(path))
    roots = {name for name, count in counts.items() if count > _NEARLY_ALL * named}
    telling = [[name for name in dict.fromkeys(path) if name not in roots] for path in paths]
    if sum(1 for path in telling if path) < named / 2:
        return [list(dict.fromkeys(path)) for path in paths]
    return telling


def _shelves(paths: Sequence[Sequence[str]]) -> list[str]:
    """The names that cover most, each counting what those before it leave; a name counts for more
    the earlier it stands.
    """
    members: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for product, path in enumerate(paths):
        for position, name in enumerate(path):
            members[name].append((product, 1.0 / (1 + position)))
    covered = [False] * len(paths)
    # What a name covers can only shrink, so one that is still the best when counted anew is it.
    heap = [(-sum(w for _, w in found), name) for name, found in members.items()]
    heapq.heapify(heap)
    chosen: list[str] = []
    while heap and len(chosen) < MOST_SHELVES:
        _, name = heapq.heappop(heap)
        gain = sum(weight for product, weight in members[name] if not covered[product])
        if heap and -gain > heap[0][0]:
            if gain:
                heapq.heappush(heap, (-gain, name))
            continue
        if gain <= _FEWEST * len(paths):
            break
        chosen.append(name)
        for product, _ in members[name]:
            covered[product] = True
    return chosen


def _categories(names: Sequence[str]) -> dict[str, Category]:
    """By name, each with an id that stands well in an address and is no other's."""
    taken: set[str] = set()
    found = {}
    for name in names:
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID] or "category"
        numbered = (stem if number == 1 else f"{stem}-{number}" for number in range(1, 1000))
        own = next(each for each in numbered if each not in taken)
        taken.add(own)
        found[name] = Category(own, name)
    return found


def _rest(categories: Mapping[str, Category]) -> Category:
    name = REST if categories else _WHOLE
    return _categories([*categories, name])[name]


def _styles(paths: Sequence[Sequence[str]], on: Sequence[str | None]) -> list[str]:
    """The next name of each path behind that of its shelf which not nearly all there have."""
    rests = [
        path[path.index(name) + 1 :] if name is not None else path
        for path, name in zip(paths, on, strict=True)
    ]
    sizes = Counter(on)
    counts = Counter((name, each) for rest, name in zip(rests, on, strict=True) for each in rest)
    return [
        next((each for each in rest if counts[name, each] <= _NEARLY_ALL * sizes[name]), "")
        for rest, name in zip(rests, on, strict=True)
    ]
