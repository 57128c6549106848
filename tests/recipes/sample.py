"""Small made-up interactions."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from aisle.data.catalogue import Catalogue, CatalogueBuilder
from aisle.data.entities import Change
from aisle.data.interactions import Interactions
from aisle.data.schema import DatasetSchema, Field


def quiet(share: float, words: str) -> None:
    """Progress that nobody watches."""


def of_sequences(sequences: list[list[int]], event_type: str = "View") -> Interactions:
    """One user a sequence; item n is called `i0n`, so codes follow numbers where all occur."""
    events = [
        (f"u{user:04}", f"i{item:03}", time, event_type)
        for user, sequence in enumerate(sequences)
        for time, item in enumerate(sequence)
    ]
    return of_events(events)


def of_events(events: list[tuple[str, str, int, str]]) -> Interactions:
    """(user, item, time, event type) of each event."""
    columns = {
        "USER_ID": pl.String,
        "ITEM_ID": pl.String,
        "TIMESTAMP": pl.Int64,
        "EVENT_TYPE": pl.String,
    }
    return Interactions.from_frame(pl.DataFrame(events, schema=columns, orient="row"))


def walks(
    *,
    users: int = 300,
    items: int = 60,
    length: int = 12,
    seed: int = 0,
    event_type: str = "View",
) -> Interactions:
    """Users who mostly go from an item to the next one up: order says all, popularity little."""
    random = np.random.default_rng(seed)
    sequences = []
    for _ in range(users):
        sequence = [int(random.integers(items))]
        while len(sequence) < length:
            jump = random.random() < 0.2
            sequence.append(int(random.integers(items)) if jump else (sequence[-1] + 1) % items)
        sequences.append(sequence)
    return of_sequences(sequences, event_type)


def named(ids: Iterable[str]) -> Catalogue:
    """Items whose names have two words of ten each."""
    fields = (Field("ITEM_ID", "string"), Field("NAME", "string", textual=True))
    builder = CatalogueBuilder(DatasetSchema("Items", fields))
    for number, item_id in enumerate(ids):
        name = f"word{number % 10} text{number % 7}"
        builder.put([Change(number + 1, item_id, {"NAME": name}, 0.0)])
    return builder.catalogue()
