"""Time between events as a few classes: twice the logarithm of the seconds."""

import numpy as np
from numpy.typing import NDArray

UNKNOWN = 0
CLASSES = 64
"""The last one stands for every gap of 2^31 seconds or more."""
_PER_OCTAVE = 2.0


def gap_classes(seconds: NDArray[np.floating] | NDArray[np.int64]) -> NDArray[np.int64]:
    """The class of each gap, from 1; gaps below 0 count as 0, and NaN is `UNKNOWN`."""
    gaps = np.asarray(seconds, np.float64)
    octaves = np.log2(1 + np.fmax(gaps, 0))  # which takes NaN for 0
    classes: NDArray[np.int64] = 1 + np.minimum(_PER_OCTAVE * octaves, CLASSES - 2).astype(np.int64)
    classes[np.isnan(gaps)] = UNKNOWN
    return classes
