"""The plots in words and as tables, for those who cannot see them."""

from aisle.charts import Figure
from aisle.diagnosis.series import Activity, Bar, Periods, RankFrequency, Series
from aisle.diagnosis.wording import day, several, span

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FEW = 12


def figures_of(series: Series) -> tuple[Figure, ...]:
    """One for each series that has something to show, the hours of the week aside."""
    figures: list[Figure] = []
    if series.periods:
        figures += [_volume(series.periods), _drift(series.periods)]
    if series.rank_frequency:
        figures.append(_ranks(series.rank_frequency))
    if series.activity:
        figures.append(_activity(series.activity))
    if any(one.name for one in series.event_types):
        figures.append(_types(series.event_types))
    figures.append(_completeness(series.completeness))
    return tuple(figures)


def hours_caption(hours: tuple[tuple[int, ...], ...]) -> str:
    """When most events come."""
    total = sum(map(sum, hours))
    if not total:
        return "No event is usable."
    days = [sum(row) for row in hours]
    by_hour = [sum(column) for column in zip(*hours, strict=True)]
    best, hour = days.index(max(days)), by_hour.index(max(by_hour))
    return (
        f"Most events come on {WEEKDAYS[best]} ({days[best] / total:.0%}) and between {hour}:00 "
        f"and {hour + 1}:00 UTC ({by_hour[hour] / total:.0%})."
    )


def _volume(periods: Periods) -> Figure:
    most = max(range(len(periods.start)), key=lambda at: periods.events[at])
    return Figure(
        "volume",
        f"Events each {periods.width}",
        f"{several(len(periods.start), periods.width)} from {day(periods.start[0])} to "
        f"{day(periods.start[-1])}. The busiest began on {day(periods.start[most])} with "
        f"{several(periods.events[most], 'event')} of {several(periods.users[most], 'user')}.",
        (f"{periods.width} from", "events", "users"),
        tuple(
            (day(start), f"{events:,}", f"{users:,}")
            for start, events, users in zip(
                periods.start, periods.events, periods.users, strict=True
            )
        ),
    )


def _drift(periods: Periods) -> Figure:
    steps = [(one, at) for at, one in enumerate(periods.distance) if one is not None]
    caption = f"There are too few {periods.width}s to compare."
    if steps:
        worst, at = max(steps)
        middle = sorted(one for one, _ in steps)[len(steps) // 2]
        caption = (
            f"How much the shares of the popular items differ from the {periods.width} before: "
            f"0 is not at all, 1 entirely. Usually {middle:.2f}; most, {worst:.2f}, in the "
            f"{periods.width} of {day(periods.start[at])}. The second line compares the 50 "
            f"most popular items of the two {periods.width}s: the share of those in either list "
            "that are in both."
        )
    return Figure(
        "drift",
        "Drift of popularity",
        caption,
        (f"{periods.width} from", "distance", "top 50 in common"),
        tuple(
            (day(start), _or_dash(distance, ".2f"), _or_dash(overlap, ".0%"))
            for start, distance, overlap in zip(
                periods.start, periods.distance, periods.overlap, strict=True
            )
        ),
    )


def _or_dash(value: float | None, form: str) -> str:
    return "–" if value is None else format(value, form)  # noqa: RUF001


def _ranks(shape: RankFrequency) -> Figure:
    step = max(1, len(shape.rank) // _FEW)
    return Figure(
        "ranks",
        "Popularity of items",
        f"The most popular 1 % of items have {shape.top_hundredth:.0%} of the events, 10 % have "
        f"{shape.top_tenth:.0%}. Gini coefficient {shape.gini:.2f}. The line is a power law of "
        f"exponent {shape.slope:.2f}, fitted by least squares of log count on log rank "
        f"(R² {shape.r_squared:.2f}).",
        ("rank", "events"),
        tuple(
            (f"{rank:,}", f"{count:,}")
            for rank, count in zip(shape.rank[::step], shape.count[::step], strict=True)
        ),
    )


def _activity(activity: Activity) -> Figure:
    at = dict(activity.quantiles)
    gap = f", {span(activity.median_gap)} apart in the median" if activity.median_gap else ""
    return Figure(
        "activity",
        "Interactions of users",
        f"Interactions a user: half have at most {at[0.5]:,.0f}, 90 % at most {at[0.9]:,.0f}, and "
        f"the most active has {at[1.0]:,.0f}. They make {several(activity.sessions, 'session')}, "
        f"parted by 30 minutes, with {activity.events_a_session:.1f} events each on average{gap}.",
        ("interactions", "users"),
        tuple(
            (name, f"{users:,}") for name, users in zip(activity.bins, activity.users, strict=True)
        ),
    )


def _types(types: tuple[Bar, ...]) -> Figure:
    total = sum(one.value for one in types)
    words = ", ".join(f"{one.name or 'none'} {one.value / total:.1%}" for one in types[:5])
    return Figure(
        "types",
        "Event types",
        f"Of all events: {words}.",
        ("event type", "events"),
        tuple((one.name or "none", f"{one.value:,.0f}") for one in types),
    )


def _completeness(columns: tuple[Bar, ...]) -> Figure:
    gaps = sorted((one for one in columns if one.value < 1), key=lambda one: one.value)
    words = ", ".join(f"{one.name} {one.value:.1%}" for one in gaps[:5])
    return Figure(
        "completeness",
        "Values present",
        f"With gaps: {words}." if gaps else "Every column is complete.",
        ("column", "present"),
        tuple((one.name, f"{one.value:.1%}") for one in columns),
    )
