"""Who a segment's shoppers are, and how much oftener than others they like what it is about."""

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from allstore.catalog.models import Shopper
from allstore.shop.database import shoppers

_OF_IDS = sa.select(*[shoppers.c[name] for name in Shopper.__struct_fields__]).where(
    shoppers.c.id.in_(sa.bindparam("ids", expanding=True))
)
_LISTED = sa.literal("_") + shoppers.c.persona + "_"
_MOST_LOOKED_UP = 2000


class Member(msgspec.Struct, frozen=True):
    """A shopper and the place in the segment, from 1."""

    place: int
    shopper: Shopper


class Interest(msgspec.Struct, frozen=True):
    """Among a segment's first members and among all shoppers with a persona, how many have one that
    names a category.
    """

    named: int
    members: int
    all_named: int
    all_shoppers: int

    @property
    def share(self) -> float:
        return self.named / max(self.members, 1)

    @property
    def usual(self) -> float:
        return self.all_named / max(self.all_shoppers, 1)

    @property
    def lift(self) -> float | None:
        """How many times the usual share; None where nobody is known to like the category."""
        return self.share / self.usual if self.members and self.usual else None


class Audiences:
    """Looks shoppers up in the shop's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def first(self, users: Sequence[str], most: int) -> list[Member]:
        """The first of a segment whom the shop knows."""
        looked_up = users[:_MOST_LOOKED_UP]
        with self._engine.connect() as connection:
            rows = connection.execute(_OF_IDS, {"ids": looked_up})
            known = {shopper.id: shopper for shopper in (Shopper(*row) for row in rows)}
        places = enumerate(looked_up, start=1)
        return [Member(place, known[user]) for place, user in places if user in known][:most]

    def interest(self, members: Sequence[Member], category: str) -> Interest:
        personas = [each.shopper.persona for each in members if each.shopper.persona]
        named = _LISTED.contains(f"_{category}_", autoescape=True)
        liking = sa.func.sum(sa.case((named, 1), else_=0))
        counts = sa.select(sa.func.count(shoppers.c.persona), liking)
        with self._engine.connect() as connection:
            everybody, all_named = connection.execute(counts).one()
        return Interest(
            named=sum(category in persona.split("_") for persona in personas),
            members=len(personas),
            all_named=all_named or 0,
            all_shoppers=everybody,
        )
