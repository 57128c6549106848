"""The shoppers as the store knows them."""

import numpy as np

from allstore.catalog.models import Shopper
from allstore.catalog.taxonomy import PERSONAS
from allstore.simulator.curated import curate
from allstore.simulator.names import LAST, MEN, WOMEN
from allstore.simulator.parts import Part
from allstore.simulator.people import GENDERS, People
from allstore.simulator.settings import Settings


def make_shoppers(people: People, part: Part, settings: Settings) -> list[Shopper]:
    """The records of one part's people; the first shopper of all has the id 1. A few of the first
    part are curated.
    """
    rng = np.random.default_rng([settings.seed, 8, part.number])
    picks = rng.integers(0, 1 << 30, (len(people.age), 2)).tolist()
    rows = zip(
        people.gender.tolist(), people.age.tolist(), people.persona.tolist(), picks, strict=True
    )
    curated = curate(people) if part.number == 0 else {}
    return [
        Shopper(
            id=str(number),
            first_name=(MEN, WOMEN)[gender][first % len((MEN, WOMEN)[gender])],
            last_name=LAST[last % len(LAST)],
            gender=GENDERS[gender],
            age=age,
            persona=PERSONAS[persona],
            curated=number - 1 in curated,
            description=curated.get(number - 1, ""),
        )
        for number, (gender, age, persona, (first, last)) in enumerate(rows, start=part.start + 1)
    ]
