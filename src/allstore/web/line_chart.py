"""A small line chart as coordinates; the template draws them as SVG, without a script."""

import math
from collections.abc import Sequence

import msgspec

WIDTH, HEIGHT = 640, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 40, 12, 28
_MOST_TICKS = 5
_MOST_LABELS = 6
_LEAST_REACH = 1e-4
"""Where all values are the same, a hundredth of a per cent is shown."""


class Tick(msgspec.Struct, frozen=True):
    at: float
    """The coordinate on its axis."""
    label: str


class Dot(msgspec.Struct, frozen=True):
    x: float
    y: float
    label: str
    """The day, the line's name and the value."""


class Line(msgspec.Struct, frozen=True):
    name: str
    dots: tuple[Dot, ...]

    @property
    def points(self) -> str:
        """As a polyline has them."""
        return " ".join(f"{dot.x},{dot.y}" for dot in self.dots)


class LineChart(msgspec.Struct, frozen=True):
    """Coordinates within `WIDTH` by `HEIGHT`, the origin above and left."""

    lines: tuple[Line, ...]
    days: tuple[Tick, ...]
    rates: tuple[Tick, ...]
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


def line_chart(
    names: Sequence[str], days: Sequence[str], rates: Sequence[Sequence[float | None]]
) -> LineChart:
    """A line for each name over the days; `rates` has a row a day, None where there is no value."""
    steps = _steps([rate for row in rates for rate in row if rate is not None])
    low, high = steps[0], steps[-1]

    def x(day: int) -> float:
        width = WIDTH - _LEFT - _RIGHT
        return round(_LEFT + width * (0.5 if len(days) == 1 else day / (len(days) - 1)), 1)

    def y(rate: float) -> float:
        height = HEIGHT - _TOP - _BOTTOM
        return round(_TOP + height * (high - rate) / (high - low), 1)

    lines = [
        Line(
            name,
            tuple(
                Dot(x(day), y(rate), f"{days[day]}, {name}: {rate:.2%}")
                for day, row in enumerate(rates)
                if (rate := row[at]) is not None
            ),
        )
        for at, name in enumerate(names)
    ]
    shown = range(0, len(days), -(-len(days) // _MOST_LABELS) or 1)
    return LineChart(
        lines=tuple(lines),
        days=tuple(Tick(x(day), days[day]) for day in shown),
        rates=tuple(Tick(y(rate), f"{rate * 100:g} %") for rate in steps),
    )


def _steps(values: Sequence[float]) -> list[float]:
    """Round values, at most `_MOST_TICKS` + 2 of them, evenly apart, that hold all of `values`."""
    low, high = (min(values), max(values)) if values else (0.0, 0.0)
    reach = max(high - low, _LEAST_REACH)
    power = 10.0 ** math.floor(math.log10(reach / _MOST_TICKS))
    step = next(n * power for n in (1, 2, 5, 10, 20) if n * power * _MOST_TICKS >= reach)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(n * step, 12) for n in range(first, max(last, first + 1) + 1)]
