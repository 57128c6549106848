"""Reviews and ratings as interactions, and what is known of the items reviewed.

The forms are those of the Amazon review collections of 2014, 2018 and 2023, and of anything that
names a user, an item and a time in like words.
"""

import polars as pl

from aisle.loading import columns, fields, values
from aisle.loading.kinds import Judged, Table
from aisle.loading.notes import Notes
from aisle.loading.times import Clock


class Events:
    """Somebody's dealings with an item at a time: a review, a rating, a view."""

    table: Table = "interactions"

    def __init__(self, name: str, event_type: str, found: tuple[str, ...], notes: Notes) -> None:
        self.name = name
        self._event_type = event_type
        self._item_names = fields.ITEM.names
        lower = {column.lower() for column in found}
        self._user_names = fields.user_names(lower)
        self._notes = notes
        self._clock = Clock(notes)
        if "parent_asin" in lower and "asin" in lower:
            notes.whole("parent_asin is taken for the item id, since metadata is listed under it")

    def judge(self, frame: pl.DataFrame) -> Judged:
        """Columns USER_ID, ITEM_ID, EVENT_TYPE, EVENT_VALUE, TIMESTAMP."""
        user, item = (
            columns.ids(frame, self._user_names, self._notes),
            columns.ids(frame, self._item_names, self._notes),
        )
        kind = columns.ids(frame, fields.TYPE.names)
        time, timed = self._time(frame)
        value, valued = columns.numbers(frame, fields.VALUE.names)
        table = pl.DataFrame(
            {
                "USER_ID": user,
                "ITEM_ID": item,
                "EVENT_TYPE": kind.fill_null(self._event_type),
                "EVENT_VALUE": value,
                "TIMESTAMP": time,
            }
        )
        faults = [
            *columns.id_faults(user, "user id"),
            *columns.id_faults(item, "item id"),
            *columns.id_faults(table["EVENT_TYPE"], "event type"),
            *columns.time_faults(timed, time),
            columns.reason(valued & value.is_null(), "a value that is no number"),
        ]
        return Judged(table, columns.first_reason(table, faults))

    def _time(self, frame: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
        """Epoch seconds from the first column that can be read, and whether any says something."""
        seconds = pl.Series([None] * frame.height, dtype=pl.Int64)
        for column in columns.named(frame, fields.TIME.names):
            if seconds.null_count():
                seconds = seconds.fill_null(self._clock.seconds(column))
        return seconds, columns.ids(frame, fields.TIME.names).is_not_null()


class Metadata:
    """Items as the collections describe them."""

    name = "metadata"
    table: Table = "items"

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def judge(self, frame: pl.DataFrame) -> Judged:
        """Columns ITEM_ID, TITLE, CATEGORIES, BRAND, PRICE, DESCRIPTION, IMAGE_URL, ATTRIBUTES, and
        for the catalogue alone _BULLETS.
        """
        item = columns.ids(frame, fields.ITEM.names, self._notes)
        table = pl.DataFrame(
            {
                "ITEM_ID": item,
                "TITLE": self._titles(frame),
                "CATEGORIES": columns.texts(frame, fields.CATEGORIES.names, values.categories),
                "BRAND": columns.texts(frame, fields.BRAND.names, values.short_text),
                "PRICE": self._prices(frame),
                "DESCRIPTION": columns.texts(frame, fields.DESCRIPTION.names, values.description),
                "IMAGE_URL": columns.texts(frame, fields.IMAGE.names, values.image),
                "ATTRIBUTES": columns.texts(frame, fields.ATTRIBUTES.names, values.categories),
                "_BULLETS": columns.texts(frame, fields.BULLETS, values.bullets),
            }
        )
        return Judged(table, columns.first_reason(table, columns.id_faults(item, "item id")))

    def _titles(self, frame: pl.DataFrame) -> pl.Series:
        whole = columns.texts(frame, fields.TITLE.names, lambda text: values.clean(text) or None)
        long = whole.str.len_chars() > values.LONGEST_TITLE
        self._notes.rows(
            f"titles of more than {values.LONGEST_TITLE} characters were shortened", int(long.sum())
        )
        return columns.texts(whole.to_frame("title"), ("title",), values.title)

    def _prices(self, frame: pl.DataFrame) -> pl.Series:
        given = columns.texts(frame, fields.PRICE.names, lambda text: text.strip() or None)
        prices = [None if text is None else values.price(text) for text in given]
        ranges = sum(text is not None and values.is_range(text) for text in given)
        lost = sum(
            text is not None and price is None for text, price in zip(given, prices, strict=True)
        )
        self._notes.rows("of a range of prices the first was taken", ranges)
        self._notes.rows("price texts that name no amount were left out", lost)
        return pl.Series(prices, dtype=pl.Float64)
