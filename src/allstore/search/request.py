"""What a visitor asks of the search."""

import msgspec

from allstore.catalog.sorts import Sort

SORTS = (Sort.RELEVANCE, Sort.CHEAPEST, Sort.DEAREST, Sort.NEWEST)


class PriceBand(msgspec.Struct, frozen=True):
    """Prices from `low` up to, but without, `high`; cents."""

    low: int
    high: int | None

    @property
    def key(self) -> str:
        """`25-50`, or `250-`: whole units of the currency."""
        return f"{self.low // 100}-{'' if self.high is None else self.high // 100}"


_BANDS = (
    PriceBand(0, 10_00),
    PriceBand(10_00, 25_00),
    PriceBand(25_00, 50_00),
    PriceBand(50_00, 100_00),
    PriceBand(100_00, 250_00),
    PriceBand(250_00, None),
)
PRICE_BANDS = {band.key: band for band in _BANDS}


class SearchRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One page of products. Several values of a filter are alternatives."""

    text: str
    categories: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()
    """Keys of `PRICE_BANDS`; others find nothing."""
    sort: Sort = Sort.RELEVANCE
    """One of `SORTS`."""
    page: int = 1
    size: int = 24

    @property
    def skipped(self) -> int:
        """Products on the pages before."""
        return (max(self.page, 1) - 1) * self.size
