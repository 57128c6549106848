"""How a list differs from what it was: the products that rose, fell, came in and dropped out."""

from collections.abc import Sequence

import msgspec


class Move(msgspec.Struct, frozen=True):
    """A product's places, from 1; None where it is not in the list."""

    product_id: str
    before: int | None
    after: int | None


class ListChange(msgspec.Struct, frozen=True):
    """Those that moved furthest come first; the new ones from the top, the gone ones likewise."""

    rose: tuple[Move, ...] = ()
    fell: tuple[Move, ...] = ()
    came_in: tuple[Move, ...] = ()
    dropped_out: tuple[Move, ...] = ()

    @property
    def nothing(self) -> bool:
        return not (self.rose or self.fell or self.came_in or self.dropped_out)


def compare(before: Sequence[str], after: Sequence[str]) -> ListChange:
    """From one list of distinct product ids to the next."""
    was = {product_id: place for place, product_id in enumerate(before, 1)}
    now = {product_id: place for place, product_id in enumerate(after, 1)}
    up = {each: was[each] - place for each, place in now.items() if each in was}

    def moves(product_ids: Sequence[str]) -> tuple[Move, ...]:
        return tuple(Move(each, was.get(each), now.get(each)) for each in product_ids)

    return ListChange(
        rose=moves(sorted((each for each in up if up[each] > 0), key=lambda each: -up[each])),
        fell=moves(sorted((each for each in up if up[each] < 0), key=lambda each: up[each])),
        came_in=moves([each for each in after if each not in was]),
        dropped_out=moves([each for each in before if each not in now]),
    )
