"""The least data a training starts from, and the service's words where there is less.

https://docs.aws.amazon.com/personalize/latest/dg/limits.html
"""

import numpy as np
from numpy.typing import NDArray

from aisle.data.interactions import Interactions

INTERACTIONS = 1000
USERS = 25
INTERACTIONS_OF_A_USER = 2


def learnt_from(data: Interactions, event_type: str | None) -> Interactions:
    """The events of one type (any case), or all of them for None.

    Raises ValueError with the service's message where they are too few to train on.
    """
    if event_type is not None:
        data = data.where(_of_type(data, event_type))
    if len(data) < INTERACTIONS:
        ending = "" if event_type is None else f" after filtering by event type: {event_type}"
        raise ValueError(f"Dataset has fewer than {INTERACTIONS} interactions{ending}")
    if np.count_nonzero(np.diff(data.offsets) >= INTERACTIONS_OF_A_USER) < USERS:
        raise ValueError(
            f"Create failed. Dataset has fewer than {USERS} users "
            f"with at least {INTERACTIONS_OF_A_USER} interactions each."
        )
    return data


def _of_type(data: Interactions, event_type: str) -> NDArray[np.bool_]:
    names = data.event_types
    code = names.index(event_type.lower()) if event_type.lower() in names else len(names)
    return np.asarray(data.event_type == code)
