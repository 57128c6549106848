"""Lines of invoices as purchases, in the form of the Online Retail collections.

See https://archive.ics.uci.edu/dataset/352/online+retail; the second edition names its columns
otherwise. Every line, sound or not, also says what its item is called and costs.
"""

import re
from typing import Literal

import msgspec
import polars as pl

from aisle.loading import columns, values
from aisle.loading.kinds import Judged, Table
from aisle.loading.notes import Notes
from aisle.loading.times import Clock

NAMES = {
    "invoice": ("invoiceno", "invoice", "invoiceid", "orderid"),
    "item": ("stockcode", "productcode", "sku"),
    "title": ("description",),
    "quantity": ("quantity",),
    "time": ("invoicedate", "orderdate"),
    "price": ("unitprice", "price"),
    "user": ("customerid", "customer"),
    "country": ("country",),
}
"""Letters and digits of a column's name in lower case, by what it says."""

NEEDED = ("invoice", "item", "quantity", "time", "price", "user")

CHARGES = (
    "POST", "DOT", "M", "D", "S", "B", "C2", "C3", "AMAZONFEE", "BANK CHARGES", "CRUK", "PADS",
    "ADJUST", "ADJUST2",
)  # fmt: skip
"""Codes of postage, fees, discounts, samples and corrections, which are no products."""


def folded(column: str) -> str:
    """A column's name without blanks and marks."""
    return re.sub(r"[^a-z0-9]", "", column.lower())


def meaning_of(column: str) -> str | None:
    """What a column says; None where it is not used."""
    return next((what for what, names in NAMES.items() if folded(column) in names), None)


class Baskets:
    """Purchases, one a line of an invoice; the value is what the line cost."""

    name = "baskets"
    table: Table = "interactions"

    def __init__(
        self, event_type: str, anonymous: Literal["reject", "invoice"], notes: Notes
    ) -> None:
        self._event_type = event_type
        self._anonymous = anonymous
        self._notes = notes
        self._clock = Clock(notes)

    def judge(self, frame: pl.DataFrame) -> Judged:
        """Columns USER_ID, ITEM_ID, EVENT_TYPE, EVENT_VALUE, TIMESTAMP; and the lines' facts."""
        named = _by_meaning(frame)
        lines = _Lines.of(named, self._clock, self._notes)
        user = lines.customer
        if self._anonymous == "invoice":
            self._notes.rows("lines without a customer go by their invoice", user.null_count())
            user = user.fill_null("invoice-" + lines.invoice)
        kept = int((lines.marked & ~lines.cancelled).sum())
        self._notes.rows("lines of invoices that begin with C are no cancellations", kept)
        charges = int(lines.item.is_in(CHARGES).sum())
        self._notes.rows("lines are charges such as POST, kept with KIND charge", charges)
        table = pl.DataFrame(
            {
                "USER_ID": user,
                "ITEM_ID": lines.item,
                "EVENT_VALUE": (lines.quantity * lines.price).round(4),
                "TIMESTAMP": lines.time,
            }
        ).with_columns(EVENT_TYPE=pl.lit(self._event_type))
        reasons = columns.first_reason(table, lines.faults(user))
        return Judged(table, reasons, _facts(named, lines))


class _Lines(msgspec.Struct, frozen=True):
    """What a block's lines say, in columns."""

    invoice: pl.Series
    customer: pl.Series
    item: pl.Series
    quantity: pl.Series
    price: pl.Series
    time: pl.Series
    timed: pl.Series
    """Whether a time is given, one that can be read or not."""

    @classmethod
    def of(cls, frame: pl.DataFrame, clock: Clock, notes: Notes) -> "_Lines":
        """Read the columns, which are named by what they say."""
        return cls(
            invoice=columns.ids(frame, ("invoice",)),
            customer=columns.ids(frame, ("user",), notes),
            item=columns.ids(frame, ("item",), notes),
            quantity=columns.numbers(frame, ("quantity",))[0],
            price=columns.numbers(frame, ("price",))[0],
            time=clock.seconds(frame["time"]),
            timed=columns.ids(frame, ("time",)).is_not_null(),
        )

    @property
    def marked(self) -> pl.Series:
        """Whether an invoice begins with C, as cancellations do."""
        return self.invoice.str.to_uppercase().str.starts_with("C")

    @property
    def cancelled(self) -> pl.Series:
        """Whether an invoice takes back another: `C536379`, or any C with a negative quantity."""
        numbered = self.invoice.str.contains(r"^[Cc]\d+$")
        return self.marked & (numbered | (self.quantity < 0).fill_null(value=False))

    def faults(self, user: pl.Series) -> list[pl.Expr]:
        """Reasons to reject a line, the first that holds being the one."""
        return [
            columns.reason(user.is_null(), "no customer"),
            *columns.id_faults(user, "customer id"),
            columns.reason(self.cancelled, "a cancelled invoice"),
            *columns.id_faults(self.item, "product code"),
            columns.reason(self.quantity.is_null(), "a quantity that is no number"),
            columns.reason(self.quantity <= 0, "a quantity of zero or less"),
            columns.reason(self.price.is_null(), "a price that is no number"),
            columns.reason(self.price <= 0, "a price of zero or less"),
            *columns.time_faults(self.timed, self.time),
        ]


def _by_meaning(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that say something, by what; of two that say the same, the first."""
    found: dict[str, pl.Series] = {}
    for name in frame.columns:
        what = meaning_of(name)
        if what:
            found.setdefault(what, frame[name])
    return pl.DataFrame(found)


def _facts(frame: pl.DataFrame, lines: _Lines) -> pl.DataFrame:
    """ITEM_ID, TITLE and PRICE where the line is a sale, USER_ID, COUNTRY."""
    facts = pl.DataFrame(
        {
            "ITEM_ID": lines.item,
            "TITLE": columns.texts(frame, ("title",), values.title),
            "PRICE": lines.price,
            "USER_ID": lines.customer,
            "COUNTRY": columns.texts(frame, ("country",), values.short_text),
        }
    )
    sale = ((lines.quantity > 0) & (lines.price > 0)).fill_null(value=False)
    fit = pl.all_horizontal(
        pl.col("ITEM_ID").is_null() | _fit("ITEM_ID"), pl.col("USER_ID").is_null() | _fit("USER_ID")
    )
    return facts.with_columns(pl.when(sale).then(pl.col("TITLE", "PRICE"))).filter(fit)


def _fit(name: str) -> pl.Expr:
    """Whether an id is one that can be written."""
    fine = ~pl.col(name).str.contains(r"[\x00-\x1f\x7f]")
    return fine & (pl.col(name).str.len_chars() <= columns.LONGEST_ID)


def items_of(facts: pl.LazyFrame) -> pl.LazyFrame:
    """ITEM_ID, TITLE (the commonest), PRICE (the median), KIND (`product` or `charge`)."""
    titles = (
        facts.drop_nulls(["ITEM_ID", "TITLE"])
        .group_by("ITEM_ID", "TITLE", maintain_order=True)
        .len()
        .sort("len", descending=True, maintain_order=True)
        .unique("ITEM_ID", keep="first", maintain_order=True)
        .select("ITEM_ID", "TITLE")
    )
    charge = pl.col("ITEM_ID").is_in(CHARGES)
    return (
        facts.drop_nulls("ITEM_ID")
        .group_by("ITEM_ID", maintain_order=True)
        .agg(pl.col("PRICE").median())
        .join(titles, on="ITEM_ID", how="left", maintain_order="left")
        .select("ITEM_ID", "TITLE", "PRICE")
        .with_columns(KIND=pl.when(charge).then(pl.lit("charge")).otherwise(pl.lit("product")))
    )


def users_of(facts: pl.LazyFrame) -> pl.LazyFrame:
    """USER_ID, COUNTRY (the last)."""
    return (
        facts.drop_nulls("USER_ID")
        .group_by("USER_ID", maintain_order=True)
        .agg(pl.col("COUNTRY").drop_nulls().last())
    )
