"""What one user's answer costs: the parts of the blend and the whole, by length of history.

Run: `OPENBLAS_NUM_THREADS=1 python -m benchmarks.serving.scoring [--items 20000]`. Milliseconds,
the best of many runs in one process, of models with parameters drawn by chance, as loaded from disk
(`RidgeModel` with 400 entries a row, the transformer of `Shape`'s defaults, five features an item).
Beside them the floor of any answer of such a form: one product of the items' vectors with a vector,
and one exponential of each item's score. `live` is the blend with what has been streamed since its
training. What grows with the history are the matrix products of the transformer's first block.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.data.interactions import Interactions
from aisle.recipes.base import Query, StreamedEvents
from aisle.recipes.blended import BlendedModel
from aisle.recipes.blended_live import LiveBlend
from aisle.recipes.content import ContentModel
from aisle.recipes.ridge_model import RidgeModel
from aisle.recipes.ridge_training import decay_of, fading_of
from aisle.recipes.transformer import times, values
from aisle.recipes.transformer.model import TransformerModel
from aisle.recipes.transformer.shape import Shape

LENGTHS = (0, 1, 5, 20, 50, 100, 127, 200)
KEPT = 400
_FIELDS, _CATEGORIES = 5, 60
EVENT_TYPES = ("", "view", "cart", "purchase")


def ridge_by_chance(items: IdIndex, random: np.random.Generator) -> RidgeModel:
    count = len(items)
    shares = random.random(count).astype(np.float32)
    return RidgeModel(
        items=items,
        shares=shares / shares.sum(),
        row_of=np.arange(count, dtype=np.int32),
        columns=random.integers(0, count, (count, KEPT), dtype=np.int32),
        values=random.normal(0.01, 0.01, (count, KEPT)).astype(np.float16),
        mass=np.ones(count, np.float32),
        decay=decay_of(50, 0.7),
        popularity_share=0.03,
        fading=fading_of(0.2),
    )


def content_by_chance(items: int, random: np.random.Generator) -> ContentModel:
    """As of five columns with 60 categories each."""
    categories = random.integers(0, _CATEGORIES, (_FIELDS, items))
    features = categories + np.arange(_FIELDS)[:, None] * _CATEGORIES
    return ContentModel(
        place_of=np.arange(items, dtype=np.int32),
        starts=np.arange(_FIELDS + 1, dtype=np.int64) * items,
        features=features.ravel().astype(np.int32),
        values=np.ones(features.size, np.float32),
        width=_CATEGORIES * _FIELDS,
    )


def transformer_by_chance(items: IdIndex, random: np.random.Generator) -> TransformerModel:
    shape = Shape(len(items), len(EVENT_TYPES))
    width = shape.width
    sizes = {
        "inputs.item.weight": (shape.items + 1, width),
        "inputs.event_type.weight": (shape.event_types, width),
        "inputs.value.weight": (values.CLASSES, width),
        "inputs.since.weight": (times.CLASSES, width),
        "inputs.until.weight": (times.CLASSES, width),
        "norm.weight": (width,),
        "output.weight": (shape.items, width),
        "bias": (shape.items,),
    }
    for block in range(shape.blocks):
        of = {
            "before_attention.weight": (width,),
            "before_gate.weight": (width,),
            "attend.weight": (3 * width, width),
            "attended.weight": (width, width),
            "gate.weight": (4 * width, width),
            "gated.weight": (width, 2 * width),
            "distance": (shape.heads, shape.length),
        }
        sizes |= {f"blocks.{block}.{name}": size for name, size in of.items()}
    parameters = {
        name: random.normal(0, 0.1, size).astype(np.float32) for name, size in sizes.items()
    }
    usual = np.ones(times.CLASSES, bool)
    edges = np.linspace(1, 2, values.CLASSES - 2, dtype=np.float32)
    return TransformerModel(items, shape, EVENT_TYPES, parameters, usual, edges)


def model(items: int, folder: Path) -> BlendedModel:
    random = np.random.default_rng(1)
    known = IdIndex.of([f"item-{number:06d}" for number in range(items)])
    BlendedModel(
        ridge=ridge_by_chance(known, random),
        transformer=transformer_by_chance(known, random),
        transformer_share=0.7,
        repeat_factor=0.2,
        content=content_by_chance(items, random),
        content_weight=0.2,
    ).save(folder)
    return BlendedModel.load(folder)


def query(items: int, length: int) -> Query:
    random = np.random.default_rng(length)
    return Query(
        history=random.integers(0, items, length).astype(np.int32),
        times=np.sort(random.integers(1_600_000_000, 1_700_000_000, length)),
        now=1_700_000_001.0,
        event_type=random.integers(0, len(EVENT_TYPES), length).astype(np.uint8),
        value=random.random(length).astype(np.float32) + 1,
    )


def live(whole: BlendedModel, events: int) -> LiveBlend:
    """After streamed events of 2,000 shoppers."""
    nothing = np.empty(0, np.int32)
    nobody = Interactions(
        users=IdIndex.of([]),
        items=whole.items,
        event_types=EVENT_TYPES,
        offsets=np.zeros(1, np.int64),
        item=nothing,
        timestamp=nothing.astype(np.int64),
        event_type=nothing.astype(np.uint8),
    )
    random = np.random.default_rng(2)
    companion = LiveBlend(whole, nobody)
    companion.absorb(
        StreamedEvents(
            users=[f"user-{number}" for number in random.integers(0, 2000, events)],
            item=random.integers(0, len(whole.items), events).astype(np.int32),
            event_type=np.ones(events, np.uint8),
            value=np.ones(events, np.float32),
            time=np.arange(events, dtype=np.float64),
            known=len(whole.items),
        )
    )
    return companion


def floor(vectors: NDArray[np.float32]) -> Callable[[], object]:
    vector = np.ones(vectors.shape[1], np.float32)
    return lambda: np.exp(vectors @ vector)


def best_ms(ways: Sequence[Callable[[], object]], runs: int) -> list[float]:
    """All ways in turn, again and again, so that what else the machine does meets each alike."""
    best = [float("inf")] * len(ways)
    for _ in range(runs):
        for at, way in enumerate(ways):
            started = time.perf_counter()
            way()
            best[at] = min(best[at], time.perf_counter() - started)
    return [seconds * 1000 for seconds in best]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--events", type=int, default=100_000, help="streamed since the training")
    parser.add_argument("--runs", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        whole = model(options.items, Path(folder))
        deep, companion = whole.transformer, live(whole, options.events)
        assert deep is not None
        alone = msgspec.structs.replace(whole, transformer=None, content_weight=0.0)
        asked = [query(options.items, length) for length in LENGTHS]
        ways: list[Callable[[], object]] = [
            floor(np.array(deep.parameters["output.weight"], order="K"))
        ]
        for one in asked:
            recent = whole.ridge.recent(one.history, one.times, one.now)
            ways += [partial(way, one) for way in (alone.score, deep.scores)]
            ways += [partial(whole.by_content, recent), partial(whole.score, one)]
            ways.append(partial(companion.score, one))
        least, *found = best_ms(ways, options.runs)
    print(f"{options.items:,} items; floor {least:.2f} ms")
    print("  events   ridge  transformer  content   blend  floors    live")
    for length, row in zip(LENGTHS, np.reshape(found, (-1, 5)), strict=True):
        ridge, transformer, content, blend, moved = row
        parts = f"{ridge:>8.2f}{transformer:>13.2f}{content:>9.2f}{blend:>8.2f}"
        print(f"{length:>8}{parts}{blend / least:>8.1f}{moved:>8.2f}")


if __name__ == "__main__":
    main()
