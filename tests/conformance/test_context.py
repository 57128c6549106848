"""Contextual metadata: a column of the interactions that decides what is wanted."""

import random
from pathlib import Path
from typing import Any

import pytest

from datasets import dataset, field, group, import_table
from journey import deploy, train
from running import Server

INTERACTIONS = [
    field("USER_ID", null=False),
    field("ITEM_ID", null=False),
    field("TIMESTAMP", "long", null=False),
    field("DEVICE_TYPE", categorical=True),
]
USERS, EVENTS, ITEMS = 100, 12, 10
CONFIG: Any = {
    "algorithmHyperParameters": {
        "transformer": "on",
        "most_epochs": "40",
        "transformer_share": "0.8",
        "repeat_factor": "1",
    }
}
"""The shares are not left to ten held-out users."""


def events() -> list[tuple[object, ...]]:
    """A header, and users who want other items on each device."""
    chance = random.Random(3)
    rows: list[tuple[object, ...]] = [tuple(one["name"] for one in INTERACTIONS)]
    for user in range(USERS):
        for step in range(EVENTS):
            device = chance.choice(("phone", "desk"))
            item = f"{device}-{chance.randrange(ITEMS)}"
            rows.append((f"u{user}", item, 1_700_000_000 + user + step * 3600, device))
    return rows


@pytest.mark.parametrize(
    "recipe",
    [
        "aws-user-personalization",
        pytest.param("aws-personalized-ranking", marks=pytest.mark.slow),
    ],
)
def test_the_context_of_a_request_decides_what_is_recommended(
    tmp_path: Path, shared_server: Server, recipe: str
) -> None:
    personalize, runtime = shared_server.personalize, shared_server.runtime
    of = group(personalize)
    arn = dataset(personalize, of, "INTERACTIONS", INTERACTIONS)
    import_table(personalize, arn, tmp_path, events())
    version = train(personalize, of, recipe, performAutoTraining=False, solutionConfig=CONFIG)
    campaign = deploy(personalize, version)
    every = [f"{device}-{n}" for device in ("phone", "desk") for n in range(ITEMS)]

    def share_of_phone(user: str, **context: str) -> float:
        """The part of the scores that the phone's items have."""
        told: Any = {"campaignArn": campaign, "userId": user, "context": context}
        if recipe == "aws-personalized-ranking":
            answer = runtime.get_personalized_ranking(inputList=every, **told)
            found = answer["personalizedRanking"]
        else:
            found = runtime.get_recommendations(**told)["itemList"]
        return sum(one["score"] for one in found if one["itemId"].startswith("phone"))

    for user in ("u7", "a stranger"):
        phone = share_of_phone(user, DEVICE_TYPE="phone")
        desk = share_of_phone(user, deviceType="desk")
        plain = share_of_phone(user)
        assert desk < min(plain, 0.4)
        assert phone > max(plain, 0.6)
        assert share_of_phone(user, DEVICE_TYPE="fridge") == pytest.approx(plain, abs=1e-3)
    with pytest.raises(runtime.exceptions.InvalidInputException, match="WEATHER"):
        share_of_phone("u7", WEATHER="phone")
