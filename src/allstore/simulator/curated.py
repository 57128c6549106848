"""A dozen shoppers to visit the store as, and what is to be known of each in a line."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from allstore.catalog.taxonomy import CATEGORIES, PERSONAS
from allstore.simulator.goods import STYLE_CATEGORY, Flags, Integers
from allstore.simulator.people import People

MOST = 12
_NAMES = [category.name.lower() for category in CATEGORIES.values()]
_THRIFTY = 1.4
"""Thrift, 1 on average, from which somebody minds prices."""
_DEAR, _CHEAP = 0.55, 0.15
"""The preferred price tier, 0..1, from which it is a dear one, and up to which a cheap one."""
_LATE = 0.75
"""When a newcomer came, as a fraction of the time simulated."""

_TRAITS: Mapping[str, Callable[[People], Flags]] = {
    "hunts for discounts": lambda people: people.hunter,
    "watches the price": lambda people: (people.thrift >= _THRIFTY) & (people.tier < _DEAR),
    "prefers what is dear": lambda people: people.tier >= _DEAR,
    "came lately": lambda people: people.joined >= _LATE,
    "prefers what is cheap": lambda people: people.tier <= _CHEAP,
}
"""What may be said of somebody, and of whom it is true."""


def curate(people: People) -> dict[int, str]:
    """By row, `MOST` of the people at most and a description of each: one of each persona, with a
    different trait from one to the next where there is such a shopper, and among those the busiest.
    The last has signed up and done nothing.
    """
    cold = np.flatnonzero(people.activity == 0)
    found: dict[int, str] = {}
    traits = {words: true(people) for words, true in _TRAITS.items()}
    for number, persona in enumerate(dict.fromkeys(people.persona.tolist())):
        if len(found) == MOST - bool(len(cold)):
            break
        rows = np.flatnonzero((people.persona == persona) & (people.activity > 0))
        wanted = list(traits.values())[number % len(traits)]
        if len(rows):
            row = _busiest(people, rows, wanted)
            found[row] = _description(people, row, traits)
    return found | {int(row): f"New here: {_likes(people, row)}" for row in cold[:1]}


def _busiest(people: People, rows: Integers, wanted: Flags) -> int:
    """The most active of those who have the trait, or of all."""
    some = rows[wanted[rows]]
    some = some if len(some) else rows
    return int(some[people.activity[some].argmax()])


def _description(people: People, row: int, traits: Mapping[str, Flags]) -> str:
    """`Buys books and tools, hunts for discounts, watches the price`."""
    said = [words for words, true in traits.items() if true[row]]
    return ", ".join([f"Buys {_and(_favourites(people, row))}", *_change(people, row), *said[:2]])


def _likes(people: People, row: int) -> str:
    return f"has bought nothing yet, would like {_and(_favourites(people, row))}"


def _change(people: People, row: int) -> list[str]:
    if people.changes[row] > 1.0:
        return []
    first, second = PERSONAS[people.persona[row]].split("_")[:2]
    return [f"went over from {CATEGORIES[first].name.lower()} to {CATEGORIES[second].name.lower()}"]


def _favourites(people: People, row: int) -> list[str]:
    """The two categories of most interest at the end, the dearer first."""
    styles = people.styles_later[row] if people.changes[row] <= 1.0 else people.styles[row]
    shares = np.bincount(STYLE_CATEGORY, weights=styles)
    return [_NAMES[category] for category in np.argsort(-shares, kind="stable")[:2]]


def _and(words: Sequence[str]) -> str:
    return " and ".join(words)
