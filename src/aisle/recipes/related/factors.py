"""Dense embeddings: of behaviour, of metadata, and of behaviour as metadata foretell it."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from aisle.recipes.related.neighbours import Neighbours

if TYPE_CHECKING:
    from scipy import sparse

Dense = NDArray[np.float32]

_ROUNDS = 2
_SPARE = 10
_NOTHING = 1e-10
_RIDGE = 10.0
_TRUST = 3.0
"""With so many events an item's own embedding counts as much as the one its metadata foretell."""


def unit(rows: Dense) -> Dense:
    """Rows of length 1; those of length 0 stay."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), np.float32)


def leading(matrix: "sparse.csr_array[Any, Any]", dimensions: int, seed: int) -> Dense:
    """`[rows, dimensions]` left singular vectors times the square roots of the singular values.

    Randomised: Halko, Martinsson and Tropp, "Finding structure with randomness" (2011).
    """
    width = min(dimensions + _SPARE, *matrix.shape)
    random = np.random.default_rng(seed)
    basis = _orthonormal(matrix @ random.standard_normal((matrix.shape[1], width), np.float32))
    for _ in range(_ROUNDS):
        basis = _orthonormal(matrix @ (matrix.T @ basis))
    small = (matrix.T @ basis).astype(np.float64)
    squares, vectors = np.linalg.eigh(small.T @ small)
    strongest = np.argsort(-squares)[:dimensions]
    scale = np.maximum(squares[strongest], 0) ** 0.25
    return np.asarray(basis @ (vectors[:, strongest] * scale), np.float32)


def _orthonormal(basis: Dense) -> Dense:
    """A basis of the same space with orthonormal columns, without those that add nothing.

    From the eigenvectors of the Gram matrix: a handful of large products, where a QR factorisation
    is many small ones.
    """
    exact = basis.astype(np.float64)
    squares, vectors = np.linalg.eigh(exact.T @ exact)
    telling = squares > _NOTHING * max(squares.max(initial=0), 1e-300)
    return np.asarray(exact @ (vectors[:, telling] / np.sqrt(squares[telling])), np.float32)


def behaviour(neighbours: Neighbours, dimensions: int, seed: int) -> Dense:
    """`[items, dimensions]` from the symmetric, degree-normalised matrix of neighbours."""
    from scipy import sparse  # noqa: PLC0415 - serving must not import SciPy

    count = len(neighbours.offsets) - 1
    one_way = sparse.csr_array(
        (neighbours.values, neighbours.codes, neighbours.offsets), (count, count)
    )
    both = (one_way + one_way.T).tocoo()
    sums: Dense = np.asarray(both.sum(axis=1))
    scale = 1 / np.sqrt(np.where(sums > 0, sums, 1))
    rows, columns = both.coords
    scaled = (both.data * scale[rows] * scale[columns]).astype(np.float32)
    matrix = sparse.csr_array((scaled, (rows, columns)), (count, count))
    return unit(leading(matrix, dimensions, seed))


def foretold(known: Dense, metadata: Dense, events: NDArray[np.int64]) -> Dense:
    """`known` with more of what a ridge regression on metadata says, the fewer events there are."""
    warm = events > 0
    given = metadata[warm]
    gram = given.T @ given + _RIDGE * np.eye(given.shape[1], dtype=np.float32)
    mapping = np.linalg.solve(gram, given.T @ known[warm])
    share = (events / (events + _TRUST)).astype(np.float32)[:, None]
    return unit(share * known + (1 - share) * unit(metadata @ mapping))
