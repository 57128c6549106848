"""Films and people of the MovieLens collections, in each of the forms they were published in.

See https://files.grouplens.org/datasets/movielens/ and the README of each collection.
"""

import re
from collections.abc import Sequence

import msgspec
import polars as pl

from aisle.loading import columns, values
from aisle.loading.csv_rows import Separated
from aisle.loading.kinds import Judged, Name, Table

GENRES = (
    "unknown",
    "Action",
    "Adventure",
    "Animation",
    "Children's",
    "Comedy",
    "Crime",
    "Documentary",
    "Drama",
    "Fantasy",
    "Film-Noir",
    "Horror",
    "Musical",
    "Mystery",
    "Romance",
    "Sci-Fi",
    "Thriller",
    "War",
    "Western",
)
"""In the order of the flags in `u.item`."""

_RATING = ("userId", "movieId", "rating", "timestamp")
_RATED = (r"\d+(?:\.\d+)?", r"\d{9,13}\r?")
_NO_GENRE = "(no genres listed)"
_YEAR = re.compile(r"(.*?)\s*\((\d{4})\)", re.DOTALL)


class Headless(msgspec.Struct, frozen=True):
    """A form without a header, known by its lines. `kind` is None where it is of no use here."""

    line: re.Pattern[bytes]
    form: Separated
    kind: Name | None
    guess: str | None = None


def _form(
    line: str, separator: str, names: Sequence[str], kind: Name | None, guess: str | None = None
) -> Headless:
    form = Separated(separator, tuple(names), header=False, quotes=False)
    return Headless(re.compile(line.encode()), form, kind, guess)


def _of_ratings(user: str, item: str, *, user_first: bool) -> Headless:
    """The files of ratings alone, as the Amazon collections have them; ids as patterns."""
    line = ",".join((*((user, item) if user_first else (item, user)), *_RATED))
    ids = ("user_id", "item_id") if user_first else ("item_id", "user_id")
    listed = ", ".join(name.replace("_", " ") for name in ids)
    guess = f"without a header, the columns are taken for {listed}, rating and time"
    return _form(line, ",", (*ids, "rating", "timestamp"), "reviews", guess)


HEADLESS = (
    _form(r"\d+::\d+::[\d.]+::-?\d+\r?", "::", _RATING, "ratings"),
    _form(
        r"\d+::[MF]::\d+::\d+::.*",
        "::",
        ("userId", "gender", "age", "occupation", "zip"),
        "people",
    ),
    _form(r"\d+::\d+::.*::\d+\r?", "::", ("userId", "movieId", "tag", "timestamp"), None),
    _form(r"\d+::.*::.*", "::", ("movieId", "title", "genres"), "films"),
    _form(r"\d+\t\d+\t[\d.]+\t-?\d+\r?", "\t", _RATING, "ratings"),
    _form(
        r"\d+\|.*(?:\|[01]){19}\r?",
        "|",
        ("movieId", "title", "released", "video", "url", *GENRES),
        "films",
    ),
    _form(
        r"\d+\|\d+\|[MF]\|[^|]*\|[^|]*",
        "|",
        ("userId", "age", "gender", "occupation", "zip"),
        "people",
    ),
    _form(r"[^|]+\|\d+\r?", "|", ("genre", "number"), None),
    _of_ratings(r"A[A-Z0-9]{10,}", r"[A-Z0-9]{10}", user_first=False),
    _of_ratings(r"[^,\"]+", r"[^,\"]+", user_first=True),
)


class Films:
    """Items with TITLE, YEAR and GENRES."""

    name = "MovieLens films"
    table: Table = "items"

    def judge(self, frame: pl.DataFrame) -> Judged:
        """Genres come as `a|b` or as a column of 0 and 1 each."""
        item = columns.ids(frame, ("movieid",))
        titles = columns.texts(frame, ("title",), lambda text: values.clean(text) or None)
        parts = [_with_year(title) for title in titles]
        table = pl.DataFrame(
            {
                "ITEM_ID": item,
                "TITLE": pl.Series([name for name, _ in parts], dtype=pl.String),
                "YEAR": pl.Series([year for _, year in parts], dtype=pl.Int64),
                "GENRES": _genres(frame),
            }
        )
        return Judged(table, columns.first_reason(table, columns.id_faults(item, "item id")))


class People:
    """Users with GENDER, AGE and OCCUPATION."""

    name = "MovieLens users"
    table: Table = "users"

    def judge(self, frame: pl.DataFrame) -> Judged:
        """The postal code is left out."""
        user = columns.ids(frame, ("userid",))
        table = pl.DataFrame(
            {
                "USER_ID": user,
                "GENDER": columns.texts(frame, ("gender",), values.short_text),
                "AGE": columns.texts(frame, ("age",), values.short_text),
                "OCCUPATION": columns.texts(frame, ("occupation",), values.short_text),
            }
        )
        return Judged(table, columns.first_reason(table, columns.id_faults(user, "user id")))


def _with_year(text: str | None) -> tuple[str | None, int | None]:
    found = _YEAR.fullmatch(text or "")
    if not found:
        return (values.title(text) if text else None), None
    return values.title(found[1]) or None, int(found[2])


def _listed_genres(text: str) -> str | None:
    return None if text == _NO_GENRE else values.categories(text)


def _genres(frame: pl.DataFrame) -> pl.Series:
    if columns.named(frame, ("genres",)):
        return columns.texts(frame, ("genres",), _listed_genres)
    flags = [pl.when(pl.col(name) == "1").then(pl.lit(name)) for name in GENRES[1:]]
    joined = frame.select(pl.concat_str(flags, separator="|", ignore_nulls=True)).to_series()
    return joined.set(joined == "", None)
