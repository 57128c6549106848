"""From views and carts to the five kinds of event."""

import msgspec
import numpy as np

from allstore.simulator.choices import Views
from allstore.simulator.goods import Flags, Floats, Integers
from allstore.simulator.settings import Settings

EVENTS = ("View", "AddToCart", "ViewCart", "StartCheckout", "Purchase")


class Events(msgspec.Struct, frozen=True):
    """Arrays with a row for each event."""

    session: Integers
    product: Integers
    shopper: Integers
    kind: Integers
    """Index into `EVENTS`."""
    time: Integers


def make_events(parts: list[Views], settings: Settings, rng: np.random.Generator) -> Events:
    """The views, and what follows those that went into the cart. The products of one session go
    through each step of the checkout at the same second.
    """
    views = _joined(parts)
    carted = np.flatnonzero(views.carted)
    rows = [np.arange(len(views.time)), carted]
    times = [views.time, views.time[carted] + rng.integers(1, 5, len(carted))]
    moment = np.zeros(int(views.session.max(initial=-1)) + 1, np.int64)
    np.maximum.at(moment, views.session, views.time)
    willing = _willingness(views.want[carted], views.session[carted], settings, rng)
    keenest = carted[np.argsort(-willing, kind="stable")]
    for share in np.cumprod(settings.funnel)[1:].tolist():
        going = np.sort(keenest[: round(len(views.time) * share)])
        moment += rng.integers(5, 60, len(moment))
        rows.append(going)
        times.append(moment[views.session[going]])
    row = np.concatenate(rows)
    return Events(
        session=views.session[row],
        product=views.product[row],
        shopper=views.shopper[row],
        kind=np.repeat(np.arange(len(EVENTS)), [len(part) for part in rows]),
        time=np.concatenate(times),
    )


def _joined(parts: list[Views]) -> Views:
    columns = zip(*map(msgspec.structs.astuple, parts), strict=True)
    return Views(*map(np.concatenate, columns))


def _willingness(
    want: Floats, session: Integers, settings: Settings, rng: np.random.Generator
) -> Floats:
    """How far each product of a cart goes: by utility and logistic noise, or as far as the one of
    the same cart that goes furthest.
    """
    alone: Floats = settings.decisiveness * want + rng.logistic(size=len(want))
    furthest = np.full(int(session.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(furthest, session, alone)
    follows = rng.random(len(want)) < settings.together
    return np.where(follows, furthest[session], alone)


def pick(events: Events, rows: Integers | Flags) -> Events:
    return Events(*(column[rows] for column in msgspec.structs.astuple(events)))


def trim(events: Events, limit: int, counts: Integers, rng: np.random.Generator) -> Events:
    """`limit` events at most. Some shoppers, drawn without regard to what they do, stop coming at a
    session drawn like that: whatever came before an event that is kept is kept as well. `counts`
    are the sessions of each shopper; the first ones go last.
    """
    number = events.session - (counts.cumsum() - counts)[events.shopper]
    stay = 1 + (rng.random(len(counts)) * counts).astype(np.int64)
    phase = (number > 0) * 1 + (number >= stay[events.shopper])
    group = phase * len(counts) + rng.permutation(len(counts))[events.shopper]
    upto = np.bincount(group, minlength=3 * len(counts)).cumsum()
    last = int(np.searchsorted(upto, limit))
    parted = np.flatnonzero(group == last)
    parted = parted[np.argsort(events.time[parted], kind="stable")]
    whole = np.flatnonzero(group < last)
    return pick(events, np.concatenate([whole, parted[: limit - len(whole)]]))
