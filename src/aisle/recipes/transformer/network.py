"""The transformer in PyTorch. `model.TransformerModel` answers as this one does, with NumPy."""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from aisle.recipes.traits import Traits
from aisle.recipes.transformer import times, values
from aisle.recipes.transformer.item_vectors import ItemVectors
from aisle.recipes.transformer.positions import Positions, Rows
from aisle.recipes.transformer.shape import EPSILON, READ, Shape

_SPREAD = 0.02
_SLOPES = (1.0, 0.3)
"""By how much the heads begin to look away from what lies further back."""


class Started(NamedTuple):
    """Where in a batch histories start, and the features of those whose they are."""

    rows: Tensor
    """`[starts]`"""
    columns: Tensor
    """`[starts]`"""
    offsets: Tensor
    """`[starts]` where each user's features begin in the two arrays below."""
    features: Tensor
    values: Tensor


class Context(nn.Module):
    """The sum of the vectors of what is known of a context; none where nothing is."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1 + shape.context, shape.width))

    def forward(self, rows: Tensor) -> Tensor:
        """`[rows, length, width]` from `[rows, length, columns]`."""
        return functional.embedding(rows, self.weight, padding_idx=0).sum(-2)


class Inputs(nn.Module):
    """The vector of a position: the sum of what it reads."""

    def __init__(self, shape: Shape, of_items: Traits | None, *, sparse: bool) -> None:
        super().__init__()
        self.item = _items(shape.items + 1, shape.width, of_items, sparse=sparse)
        self.event_type = _table(shape.event_types, shape.width)
        self.value = _table(values.CLASSES, shape.width)
        self.since = _table(times.CLASSES, shape.width)
        self.until = _table(times.CLASSES, shape.width)
        self.context = Context(shape)
        self.trait = nn.Parameter(torch.zeros(shape.traits, shape.width))

    def forward(self, read: dict[str, Tensor], started: Started | None) -> Tensor:
        """`[rows, length, width]` from what `reads` found."""
        tables = dict(self.named_children())
        found = [tables[name](codes) for name, codes in read.items()]
        total = torch.stack(found).sum(0)
        if started is None:
            return total
        of_users = functional.embedding_bag(
            started.features,
            self.trait,
            started.offsets,
            mode="sum",
            per_sample_weights=started.values,
        )
        return total.index_put((started.rows, started.columns), of_users, accumulate=True)


class Block(nn.Module):
    """Attention with a bias by distance, then a gated linear unit; norms come first."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        width = shape.width
        self.heads = shape.heads
        self.before_attention = nn.RMSNorm(width, eps=EPSILON)
        self.before_gate = nn.RMSNorm(width, eps=EPSILON)
        self.attend = nn.Linear(width, 3 * width, bias=False)
        self.attended = nn.Linear(width, width, bias=False)
        self.gate = nn.Linear(width, 4 * width, bias=False)
        self.gated = nn.Linear(2 * width, width, bias=False)
        self.dropout = nn.Dropout(dropout)
        slopes = torch.tensor([_SLOPES[head % len(_SLOPES)] for head in range(shape.heads)])
        away = torch.log1p(torch.arange(shape.length).float())
        self.distance = nn.Parameter(-slopes[:, None] * away)
        for last in (self.attended, self.gated):
            nn.init.normal_(last.weight, std=_SPREAD)

    def forward(self, hidden: Tensor, hidden_from: Tensor, back: Tensor) -> Tensor:
        """`[rows, length, width]`; `hidden_from` `[rows, 1, length, length]` is 0 or very low."""
        rows, length, width = hidden.shape
        parts = self.attend(self.before_attention(hidden))
        parts = parts.view(rows, length, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        bias = self.distance[:, back] + hidden_from
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        seen = seen.transpose(1, 2).reshape(rows, length, width)
        hidden = hidden + self.dropout(self.attended(seen))
        gate, passed = self.gate(self.before_gate(hidden)).chunk(2, -1)
        opened: Tensor = self.dropout(self.gated(functional.silu(gate) * passed))
        return hidden + opened


class Network(nn.Module):
    """From what positions read to a vector each; `output` and `bias` turn it into scores."""

    def __init__(
        self,
        shape: Shape,
        dropout: float,
        of_items: Traits | None = None,
        *,
        sparse: bool = False,
    ) -> None:
        """`of_items` are the features of the items by their codes. With `sparse`, a step touches
        only the vectors of the items that it met.
        """
        super().__init__()
        self.inputs = Inputs(shape, of_items, sparse=sparse)
        self.blocks = nn.ModuleList(Block(shape, dropout) for _ in range(shape.blocks))
        self.norm = nn.RMSNorm(shape.width, eps=EPSILON)
        self.output = _items(shape.items, shape.width, of_items, sparse=sparse)
        self.bias = nn.Parameter(torch.zeros(shape.items))
        self.dropout = nn.Dropout(dropout)
        steps = torch.arange(shape.length)
        self.register_buffer("back", steps[:, None] - steps, persistent=False)

    def forward(
        self, read: dict[str, Tensor], user: Tensor, started: Started | None = None
    ) -> Tensor:
        """`[rows, length, width]`; `user` `[rows, length]` says who must not see whom."""
        length = user.shape[1]
        back = self.get_buffer("back")[:length, :length]
        visible = (user[:, :, None] == user[:, None]) & (back >= 0)
        hidden_from = torch.zeros(visible.shape, device=user.device)
        hidden_from = hidden_from.masked_fill_(~visible, -1e9)[:, None]
        hidden = self.dropout(self.inputs(read, started))
        for block in self.blocks:
            hidden = block(hidden, hidden_from, back.clamp(min=0))
        normed: Tensor = self.norm(hidden)
        return normed


def reads(positions: Positions, rows: Rows, device: torch.device) -> dict[str, Tensor]:
    """`[rows, length]` codes by the names of the tables of `Inputs`, `[rows, length, columns]` of
    `context` where there is any.
    """
    names = (*READ, "context") if positions.context.shape[1] else READ
    return {
        name: torch.from_numpy(getattr(positions, name)[rows.positions]).to(device)
        for name in names
    }


def starts(
    traits: Traits | None, rows: Rows, item: Tensor, start: int, device: torch.device
) -> Started | None:
    """Where users with traits start in a batch of codes `item` `[rows, length]`."""
    if traits is None:
        return None
    at, column = np.nonzero((item.cpu().numpy() == start) & (rows.user >= 0))
    offsets, features, values = traits.of(rows.user[at, column])
    found = (at, column, offsets, features.astype(np.int64), values)
    return Started(*(torch.from_numpy(array).to(device) for array in found))


def _items(rows: int, width: int, of_items: Traits | None, *, sparse: bool) -> ItemVectors:
    table = ItemVectors(rows, width, of_items, sparse=sparse)
    nn.init.normal_(table.weight, std=_SPREAD)
    return table


def _table(rows: int, width: int) -> nn.Embedding:
    table = nn.Embedding(rows, width)
    nn.init.zeros_(table.weight)
    return table
