"""Who sees which variation: by a hash, so that the same one always sees the same."""

import hashlib
import itertools

from allstore.experiments.configuration import Experiment, Variation

_STEPS = 2.0**64


def takes_part(experiment: Experiment, unit_id: str) -> bool:
    """Whether this visit or shopper is among the experiment's `traffic`."""
    return point(experiment, "traffic", unit_id) < experiment.traffic


def assigned(experiment: Experiment, unit_id: str) -> Variation:
    """The variation of a unit, at random among units and always the same for one."""
    drawn = point(experiment, "variation", unit_id)
    ends = itertools.accumulate(experiment.shares)
    for variation, end in zip(experiment.variations, ends, strict=True):
        if drawn < end:
            return variation
    return experiment.variations[-1]


def point(experiment: Experiment, purpose: str, *parts: str) -> float:
    """A number in [0, 1), uniform over units and independent between experiments and purposes."""
    return _hashed(experiment, purpose, *parts) / _STEPS


def seed(experiment: Experiment, purpose: str, *parts: str) -> int:
    """Starts a generator that draws the same for the same unit."""
    return _hashed(experiment, purpose, *parts)


def _hashed(experiment: Experiment, *parts: str) -> int:
    text = "\0".join((experiment.name, experiment.salt, *parts))
    # 53 bits are what a float holds, so that the point stays below 1.
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 11 << 11
