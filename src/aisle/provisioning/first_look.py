"""What one real user of the imported data is recommended, in words."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
from botocore.exceptions import BotoCoreError, ClientError

from aisle.provisioning.clients import Clients
from aisle.provisioning.plan import RECIPE, ProvisionError

_TITLES = ("TITLE", "NAME", "ITEM_NAME", "PRODUCT_NAME", "DESCRIPTION", "PRODUCT_DESCRIPTION")
"""Columns that tell a reader what an item is, the best first."""
_ROWS_LOOKED_AT = 20_000
_TAKEN_SHOWN = 3
_RESULTS = 5
_CANDIDATES = 20
_LONGEST_TITLE = 60


class Visitor(msgspec.Struct, frozen=True):
    """A user and the items they took, the newest first."""

    user: str
    items: tuple[str, ...]


class FirstLook(msgspec.Struct, frozen=True):
    """A user, what they took last, and what is recommended now, as titles where there are any."""

    user: str
    call: str
    """The runtime call that was made, in Python."""
    taken: tuple[str, ...]
    recommended: tuple[str, ...]


def look(clients: Clients, recipe: str, arn: str, folder: Path) -> FirstLook:
    """Ask the campaign or recommender `arn` once; the folder's files are those of the import.

    Raises ProvisionError where it does not answer.
    """
    visitor = visitor_of(folder / "interactions.csv")
    try:
        described = clients.personalize.describe_recipe(recipeArn=f"{RECIPE}{recipe}")
        method, arguments = _request(arn, described["recipe"]["recipeType"], visitor, folder)
        answer: Mapping[str, Any] = getattr(clients.runtime, method)(**arguments)
    except (BotoCoreError, ClientError) as error:
        raise ProvisionError(f"{arn} does not answer: {error}") from error
    listed = answer["itemList" if "itemList" in answer else "personalizedRanking"]
    ids = [item["itemId"] for item in listed][:_RESULTS]
    taken = visitor.items[:_TAKEN_SHOWN]
    titles = titles_of(folder / "items.csv", [*taken, *ids])
    return FirstLook(
        user=visitor.user,
        call=_python(method, arguments),
        taken=tuple(titles.get(item, item) for item in taken),
        recommended=tuple(titles.get(item, item) for item in ids),
    )


def visitor_of(interactions: Path) -> Visitor:
    """Whoever took the most different items in the first rows, and all that they took."""
    rows = pl.scan_csv(interactions, infer_schema=False)
    variety = (
        rows.head(_ROWS_LOOKED_AT)
        .group_by("USER_ID")
        .agg(pl.col("ITEM_ID").n_unique().alias("items"))
    )
    keenest = variety.sort("items", "USER_ID", descending=[True, False]).head(1).collect()
    user = str(keenest["USER_ID"].item())
    newest = (
        rows.filter(pl.col("USER_ID") == user)
        .select("ITEM_ID", pl.col("TIMESTAMP").cast(pl.Float64))
        .collect(engine="streaming")
        .reverse()
        .sort("TIMESTAMP", descending=True, maintain_order=True)
    )
    return Visitor(user, tuple(newest["ITEM_ID"].unique(maintain_order=True)))


def titles_of(items: Path, wanted: Sequence[str]) -> Mapping[str, str]:
    """The titles of these items, as far as the file has a column of such."""
    if not items.exists():
        return {}
    table = pl.scan_csv(items, infer_schema=False)
    columns = {name.upper(): name for name in table.collect_schema().names()}
    named = next((columns[name] for name in _TITLES if name in columns), None)
    if named is None:
        return {}
    found = (
        table.filter(pl.col("ITEM_ID").is_in(list(wanted)) & pl.col(named).is_not_null())
        .select("ITEM_ID", named)
        .collect()
    )
    return {item: _shortened(title) for item, title in found.iter_rows()}


def _request(
    arn: str, recipe_type: str, visitor: Visitor, folder: Path
) -> tuple[str, dict[str, object]]:
    """The method and arguments that a recipe of that type wants."""
    if recipe_type == "PERSONALIZED_RANKING":
        candidates = _candidates(folder / "interactions.csv")
        return "get_personalized_ranking", {
            "campaignArn": arn,
            "userId": visitor.user,
            "inputList": candidates,
        }
    member = "recommenderArn" if ":recommender/" in arn else "campaignArn"
    arguments: dict[str, object] = {member: arn, "userId": visitor.user}
    if recipe_type == "RELATED_ITEMS":
        arguments["itemId"] = visitor.items[0]
    return "get_recommendations", arguments


def _python(method: str, arguments: Mapping[str, object]) -> str:
    """A call as a program writes it."""
    written = (f"{name}={json.dumps(value)}" for name, value in arguments.items())
    return f"{method}({', '.join(written)})"


def _candidates(interactions: Path) -> list[str]:
    """Some items to rank."""
    rows = pl.read_csv(interactions, infer_schema=False, n_rows=_ROWS_LOOKED_AT)
    return rows["ITEM_ID"].unique(maintain_order=True).head(_CANDIDATES).to_list()


def _shortened(title: str) -> str:
    line = " ".join(title.split())
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1]}…"
