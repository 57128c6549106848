"""Where the vectors of items begin: at the strongest directions of the ridge.

`B = U S V'`: an item as input begins at its row of `U sqrt(S)` and as output at its row of
`V sqrt(S)`, so that before the first step the scores already follow the last item as the ridge's
do. From there a transformer needs a fraction of the epochs that it needs from noise.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float32]

_SPARE = 16
_ROUNDS = 3
_INPUT_NORM = 0.3
_OUTPUT_NORM = 0.5


def spectral(weights: sparse.csr_array, width: int, seed: int) -> tuple[Floats, Floats]:
    """Vectors of the items as inputs and as outputs, each `[items, width]`.

    `weights` `[items, items]` are the ridge's; their root mean square lengths are fixed. Randomised
    subspace iteration (Halko, Martinsson & Tropp 2011, https://arxiv.org/abs/0909.4061). Directions
    beyond those that there are stay zero.
    """
    count = weights.shape[0]
    kept = min(width, count)
    rng = np.random.default_rng(seed)
    basis = rng.standard_normal((count, min(kept + _SPARE, count)), np.float32)
    back = weights.T.tocsr()
    for _ in range(_ROUNDS):
        basis = np.linalg.qr(weights @ (back @ basis))[0]
    left, strengths, right = np.linalg.svd((back @ basis).T, full_matrices=False)
    roots = np.sqrt(strengths[:kept])
    inputs, outputs = np.zeros((2, count, width), np.float32)
    inputs[:, :kept] = (basis @ left[:, :kept]) * roots
    outputs[:, :kept] = right[:kept].T * roots
    return _scaled(inputs, _INPUT_NORM), _scaled(outputs, _OUTPUT_NORM)


def _scaled(vectors: Floats, norm: float) -> Floats:
    """With rows of that root mean square length."""
    mean = np.sqrt((vectors * vectors).sum(1).mean())
    return vectors * np.float32(norm / mean) if mean else vectors
