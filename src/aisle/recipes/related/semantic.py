"""aws-semantic-similarity: items whose texts mean the same.

https://docs.aws.amazon.com/personalize/latest/dg/native-recipe-semantic-similarity.html
"""

from typing import Any

import numpy as np

from aisle.recipes.base import Config, Progress, TrainingData
from aisle.recipes.related import text
from aisle.recipes.related.counting import by_blocks, packed
from aisle.recipes.related.model import RelatedModel
from aisle.recipes.related.neighbours import Neighbours, kept_of
from aisle.recipes.related.recipe import RelatedRecipe

_CELLS_AT_A_TIME = 4_000_000


class SemanticRecipe(RelatedRecipe, frozen=True, kw_only=True):
    """The cosine between embeddings of items' texts, by all-MiniLM-L6-v2 where the extra `semantic`
    is installed, or else of their words, word pairs and runs of letters by TF-IDF.

    An item that was not there at the training is compared by its words alone.
    """

    model_name: str = "text-similarity"

    def fit(
        self, data: TrainingData, config: Config, progress: Progress, start: Any = None
    ) -> RelatedModel:
        """Read and compare texts. Raises ValueError where the Items dataset has none."""
        del start
        self.check(config.hyperparameters)
        vectors = text.embedded(
            data.items, config.seed, lambda share, words: progress(0.7 * share, words)
        )
        if not vectors.shape[1]:
            raise ValueError("The Items dataset has no texts that items could be compared by.")
        items = data.interactions.items
        rows = np.array([data.items.code(item_id) for item_id in items], np.int64)
        held = (rows >= 0).astype(np.float32)[:, None]
        of_items = vectors[np.maximum(rows, 0)] * held
        neighbours = _nearest(of_items, lambda share, words: progress(0.7 + 0.3 * share, words))
        return self.described(data, neighbours, config)


def _nearest(vectors: Any, progress: Progress) -> Neighbours:
    """Each item's neighbours by the dot product of dense or sparse rows."""
    from scipy import sparse  # noqa: PLC0415 - serving must not import SciPy

    from aisle.recipes.related import kernels  # noqa: PLC0415 - as above

    thin = sparse.issparse(vectors)
    rows = vectors.tocsr() if thin else vectors
    across = rows.T.tocsr() if thin else rows.T
    count = rows.shape[0]
    kept = kept_of(count)
    codes = np.empty((count, kept), np.int32)
    values = np.empty((count, kept), np.float32)
    step = max(min(_CELLS_AT_A_TIME // max(count, 1), 256), 1)

    def fill(first: int) -> None:
        block = slice(first, min(first + step, count))
        product = rows[block] @ across
        scores = np.asarray(product.toarray() if thin else product, np.float32)
        scores[np.arange(len(scores)), np.arange(block.start, block.stop)] = 0
        kernels.strongest_of(scores, codes[block], values[block])

    by_blocks(count, step, fill, progress, f"comparing texts ({text.encoder()})")
    return packed(codes, values)
