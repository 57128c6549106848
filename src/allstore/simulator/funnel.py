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


def make_events(views: list[Views], settings: Settings, rng: np.random.Generator) -> Events:
    """The views, and what follows those that went into the cart."""
    product = np.concatenate([part.product for part in views])
    shopper = np.concatenate([part.shopper for part in views])
    time = np.concatenate([part.time for part in views])
    want = np.concatenate([part.want for part in views])
    session = np.concatenate([part.session for part in views])
    left = np.zeros(int(session.max(initial=0)) + 1, np.int64)
    np.maximum.at(left, session, time)
    rows = [np.arange(len(product))]
    times = [time]
    going = np.flatnonzero(np.concatenate([part.carted for part in views]))
    when = time[going] + rng.integers(1, 5, len(going))
    for step, share in enumerate(np.cumprod(settings.funnel).tolist()):
        if step:
            target = round(len(product) * share)
            kept = _most_willing(want[going], min(target, len(going)), settings, rng)
            going, when = going[kept], np.maximum(when[kept], left[session[going[kept]]])
            when = when + rng.integers(5, 60, len(going))
        rows.append(going)
        times.append(when)
    row = np.concatenate(rows)
    return Events(
        session=session[row],
        product=product[row],
        shopper=shopper[row],
        kind=np.repeat(np.arange(len(EVENTS)), [len(part) for part in rows]),
        time=np.concatenate(times),
    )


def _most_willing(
    want: Floats, count: int, settings: Settings, rng: np.random.Generator
) -> Integers:
    """`count` of the rows by utility and logistic noise: a logit with the share given."""
    score = settings.decisiveness * want + rng.logistic(size=len(want))
    return np.sort(np.argsort(-score, kind="stable")[:count])


def pick(events: Events, rows: Integers | Flags) -> Events:
    return Events(*(column[rows] for column in msgspec.structs.astuple(events)))


def trim(events: Events, limit: int, first: Integers, rng: np.random.Generator) -> Events:
    """`limit` events at most: whole sessions, chosen at random, but for one. The sessions `first`
    go last.
    """
    rank = rng.permutation(int(events.session.max(initial=-1)) + 1)
    rank[first[first < len(rank)]] -= len(rank)
    return pick(events, np.argsort(rank[events.session], kind="stable")[:limit])
