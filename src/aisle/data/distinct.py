"""The distinct ones of many keys."""

import numpy as np
from numpy.typing import NDArray


def distinct(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """`[distinct]` ascending. `np.unique` hashes, which takes millions of keys many times as long
    as sorting them.
    """
    ordered = np.sort(keys)
    first = np.ones(len(ordered), bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]
