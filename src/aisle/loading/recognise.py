"""What a file is, told from its first rows and never from its name alone."""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

import msgspec

from aisle.loading import baskets, fields, movielens, personalize
from aisle.loading.csv_rows import MOST_COLUMNS, Separated, header_of
from aisle.loading.json_array import cut_elements
from aisle.loading.json_rows import keys_of
from aisle.loading.kinds import Name
from aisle.loading.lines import Records, cut_lines
from aisle.loading.notes import Notes
from aisle.loading.opening import DamagedError, Opened
from aisle.loading.options import LoadError, NothingToLoadError

Layout = Literal["JSON Lines", "JSON array", "separated"]

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SAMPLED = 100
_MOSTLY = 0.8
_MOVIELENS_UNUSED = {"imdbid", "tag", "tagid"}
_MOST_SHOWN = 12
_LONGEST_SHOWN = 40
NEEDED = (
    "Needed is one of: reviews or events (a user id such as reviewerID or user_id, an item id such "
    "as asin or item_id, and a time such as unixReviewTime or timestamp); metadata (an item id, "
    "and a title, category, price or the like, with nothing of users, orders or events); "
    "MovieLens files; baskets (InvoiceNo, StockCode, Quantity, InvoiceDate, UnitPrice, "
    "CustomerID); or Amazon Personalize CSV files (USER_ID, ITEM_ID, TIMESTAMP)."
)


class Recognised(msgspec.Struct, frozen=True):
    """What a file holds and how it is laid out; `form` where values are separated."""

    kind: Name
    layout: Layout
    columns: tuple[str, ...]
    form: Separated | None = None
    guess: str | None = None
    """What was taken for granted in telling it."""

    @property
    def layout_in_words(self) -> str:
        """As the report says it."""
        if self.form is None:
            return self.layout
        names = {**_SEPARATORS, "::": "double colons"}
        header = "" if self.form.header else ", no header"
        return f"values separated by {names[self.form.separator]}{header}"


_OF_SALES = fields.OF_ORDERS - {"session", "event", "timestamp"}


class UnknownError(NothingToLoadError):
    """A file of none of the known kinds; `found` is what it seems to hold."""

    def __init__(self, opened: Opened, found: str) -> None:
        super().__init__(f"{opened.path}: not recognised. {found} {NEEDED}")
        self.found = found


def recognise(opened: Opened) -> Recognised:
    """Raises UnknownError, or LoadError for a header that names a column twice."""
    records = _sampled(cut_lines(iter((opened.sample,)), Notes()))
    texts = list(records.texts)
    if texts[0].lstrip().startswith(b"["):
        elements = _sampled(cut_elements(iter((opened.sample,)), Notes()))
        return _of_json(opened, "JSON array", elements)
    objects = sum(text.lstrip().startswith(b"{") for text in texts)
    if texts[0].lstrip().startswith(b"{") or 2 * objects >= len(texts):
        return _of_json(opened, "JSON Lines", records)
    return _headless(opened, texts) or _of_header(opened, texts)


def _sampled(blocks: Iterator[Records]) -> Records:
    """The first rows; the very last may end in the middle."""
    lines: list[int] = []
    texts: list[bytes] = []
    try:
        for block in blocks:
            lines += block.lines
            texts += block.texts
    except DamagedError:
        pass
    return Records(lines[:_SAMPLED], texts[:_SAMPLED])


def _of_json(opened: Opened, layout: Layout, records: Records) -> Recognised:
    keys = keys_of(iter((records,)), Notes())
    kind = _events_of(keys) or _metadata_of(keys)
    if kind:
        return Recognised(kind, layout, keys)
    found = "It begins with no JSON object."
    if keys:
        found = f"Its keys are: {_listed(keys)}.{_lacking(keys)}"
    raise UnknownError(opened, found)


def _of_header(opened: Opened, texts: list[bytes]) -> Recognised:
    headers = {sign: header_of(texts[0], sign) for sign in _SEPARATORS}
    _check_width(opened, max(map(len, headers.values())))
    for sign, names in headers.items():
        kind = _kind_of(names) if len(names) > 1 else None
        if kind:
            _check_twice(opened, names)
            return Recognised(kind, "separated", names, Separated(sign, names))
    widest = max(headers.values(), key=len)
    if widest:
        _check_twice(opened, widest)
    found = "It has no header to be read."
    if widest:
        found = f"Its columns are: {_listed(widest)}.{_lacking(widest)}"
    raise UnknownError(opened, found)


def _headless(opened: Opened, texts: list[bytes]) -> Recognised | None:
    for known in movielens.HEADLESS:
        fitting = sum(bool(known.line.fullmatch(text)) for text in texts)
        if known.line.fullmatch(texts[0]) and fitting > _MOSTLY * len(texts):
            if known.kind is None:
                names = ", ".join(known.form.names)
                raise UnknownError(opened, f"It is a MovieLens file of {names}, not used.")
            return Recognised(known.kind, "separated", known.form.names, known.form, known.guess)
    return None


def _kind_of(names: tuple[str, ...]) -> Name | None:
    """What a header is of."""
    if {baskets.meaning_of(name) for name in names} >= set(baskets.NEEDED):
        return "baskets"
    table = personalize.table_of(names)
    if table == "interactions":
        return "personalize"
    if {"movieid", "title", "genres"} <= {name.lower() for name in names}:
        return "films"
    events = _events_of(names)
    if events:
        return events
    return "personalize" if table else _metadata_of(names)


def _events_of(names: tuple[str, ...]) -> Name | None:
    lower = {name.lower() for name in names}
    item, time = lower & set(fields.ITEM.names), lower & set(fields.TIME.names)
    user = lower & set(fields.user_names(lower))
    if lower & _MOVIELENS_UNUSED or not (user and item and time):
        return None
    if item == {fields.BARE_ID} and any(fields.tells_of(name, _OF_SALES) for name in names):
        return None  # the id is an order's
    if {"userid", "movieid"} <= lower:
        return "ratings"
    return "reviews" if lower & fields.OF_REVIEWS else "events"


def _lacking(names: tuple[str, ...]) -> str:
    """What keeps these from being an event log, where something of one is there."""
    lower = {name.lower() for name in names}
    parts = {
        fields.USER.text: fields.user_names(lower),
        fields.ITEM.text: fields.ITEM.names,
        fields.TIME.text: fields.TIME.names,
    }
    missing = [text for text, known in parts.items() if lower.isdisjoint(known)]
    if len(missing) == len(parts):
        return ""
    return f" For an event log no column is known as {' or '.join(missing)}; rename it."


def _metadata_of(names: tuple[str, ...]) -> Name | None:
    lower = {name.lower() for name in names}
    item = lower & set(fields.ITEM.names)
    others = fields.OF_PEOPLE | fields.OF_ORDERS
    if not item or lower & _MOVIELENS_UNUSED or any(fields.tells_of(n, others) for n in names):
        return None
    described = lower & fields.wanted(fields.METADATA[1:])
    told = described - ({"name"} if item == {fields.BARE_ID} else set())
    return "metadata" if told else None


def _check_width(opened: Opened, count: int) -> None:
    if count > MOST_COLUMNS:
        raise LoadError(f"{opened.path}: has {count:,} columns; at most {MOST_COLUMNS:,} are read.")


def _check_twice(opened: Opened, names: tuple[str, ...]) -> None:
    counts = Counter(name.lower() for name in names)
    twice = [name for name in dict.fromkeys(names) if counts[name.lower()] > 1]
    if twice:
        raise LoadError(f"{opened.path}: the header names columns twice: {_listed(tuple(twice))}.")


def _listed(names: tuple[str, ...]) -> str:
    shown = [
        repr(name) if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]!r}..."
        for name in names[:_MOST_SHOWN]
    ]
    rest = len(names) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest > 0 else "")
