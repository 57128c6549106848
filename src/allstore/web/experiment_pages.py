"""Experiments and what they found, for whoever runs the shop."""

import datetime as dt
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from allstore.experiments.configuration import Action, Experiment, Kind
from allstore.shop.experiment_counts import (
    Day,
    Duels,
    count_exposures,
    cumulative,
    read_days,
    read_duels,
    read_outcomes,
)
from allstore.shop.experiments import read_tallies
from allstore.shop.shop import Shop
from allstore.web.line_chart import line_chart
from allstore.web.rendering import page
from allstore.web.visits import shop_of

if TYPE_CHECKING:
    from allstore.experiments.results import Result

_KINDS = {
    Kind.AB: "A/B test",
    Kind.INTERLEAVING: "Interleaving",
    Kind.BANDIT: "Thompson bandit",
}
_ACTIONS = {
    Action.CLICK: "Clicked",
    Action.ADD_TO_CART: "Added to cart",
    Action.PURCHASE: "Bought",
}


class Point(msgspec.Struct, frozen=True):
    """How the experiment stood at the end of a day."""

    day: str
    rates: tuple[float | None, ...]


def experiments(request: Request) -> Response:
    found = shop_of(request).experiments.all
    return page(request, "experiments.html", experiments=found, kinds=_KINDS, actions=_ACTIONS)


def experiment(request: Request) -> Response:
    """One experiment: its verdict, its numbers and how they came to be over time."""
    shop = shop_of(request)
    name = request.path_params["name"]
    asked = next((each for each in shop.experiments.all if each.name == name), None)
    if asked is None:
        raise HTTPException(404, "There is no such experiment.")
    result, duels, days = _found(shop, asked)
    points = _points(days)
    return page(
        request,
        "experiment.html",
        experiment=asked,
        kinds=_KINDS,
        actions=_ACTIONS,
        result=result,
        duels=duels,
        points=points,
        chart=line_chart(
            [variation.name for variation in asked.variations],
            [point.day for point in points],
            [point.rates for point in points],
        ),
        outcomes=read_outcomes(shop.engine, asked),
        exposures=count_exposures(shop.engine, asked),
    )


def _found(shop: Shop, asked: Experiment) -> "tuple[Result, Duels | None, list[Day]]":
    from allstore.experiments import results  # noqa: PLC0415 - other pages must not import SciPy

    if asked.kind is Kind.INTERLEAVING:
        duels, days = read_duels(shop.engine, asked, time.time())
        return results.interleaving_result(asked, duels.wins, duels.ties), duels, days
    tallies = read_tallies(shop.engine, asked)
    concluded = results.ab_result if asked.kind is Kind.AB else results.bandit_result
    return concluded(asked, tallies), None, read_days(shop.engine, asked)


def _points(days: Sequence[Day]) -> list[Point]:
    return [
        Point(
            dt.datetime.fromtimestamp(day.start, dt.UTC).date().isoformat(),
            tuple(
                won / seen if seen else None
                for won, seen in zip(day.conversions, day.participants, strict=True)
            ),
        )
        for day in cumulative(days)
    ]


routes = [
    Route("/experiments", experiments),
    Route("/experiments/{name}", experiment),
]
