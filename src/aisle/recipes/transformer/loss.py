"""Cross-entropy over the catalogue: whole, in chunks that stay in the cache, or over a sample."""

import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import torch
from torch import Tensor

_CHUNK_BYTES = 8 << 20
"""Logits that are held at a time: they are read and written several times over."""


class _WholeCatalogue(torch.autograd.Function):
    """The gradient is worked out beside the loss, so that no logits outlive their chunk."""

    @staticmethod
    def forward(  # noqa: PLR0917 - what autograd hands over
        ctx: Any,
        hidden: Tensor,
        output: Tensor,
        bias: Tensor,
        target: Tensor,
        weight: Tensor,
        threads: int,
    ) -> Tensor:
        of_hidden = torch.empty_like(hidden)
        size = max(_CHUNK_BYTES // (4 * len(output)), 64)
        chunks = [slice(first, first + size) for first in range(0, len(hidden), size)]

        def sums(mine: list[slice]) -> list[Tensor]:
            """The loss of these positions and the gradients of `output` and `bias`."""
            loss = hidden.new_zeros(())
            of_output, of_bias = torch.zeros_like(output), torch.zeros_like(bias)
            with torch.no_grad():
                for rows in mine:
                    wanted, weights = target[rows, None], weight[rows, None]
                    logits = torch.addmm(bias, hidden[rows], output.T)
                    total = logits.logsumexp(1, keepdim=True)
                    loss += ((total - logits.gather(1, wanted)) * weights).sum()
                    shares = logits.sub_(total).exp_().mul_(weights)
                    shares.scatter_add_(1, wanted, -weights)
                    torch.mm(shares, output, out=of_hidden[rows])
                    of_output.addmm_(shares.T, hidden[rows])
                    of_bias += shares.sum(0)
            return [loss, of_output, of_bias]

        if threads == 1 or len(chunks) == 1:
            loss, of_output, of_bias = sums(chunks)
        else:
            with ThreadPoolExecutor(threads) as pool:
                parts = pool.map(sums, (chunks[first::threads] for first in range(threads)))
                loss, of_output, of_bias = (
                    sum(each[1:], each[0]) for each in zip(*parts, strict=True)
                )
        ctx.save_for_backward(of_hidden, of_output, of_bias)
        return loss

    @staticmethod
    def backward(ctx: Any, *by: Tensor) -> tuple[Tensor | None, ...]:
        of_hidden, of_output, of_bias = ctx.saved_tensors
        return of_hidden * by[0], of_output * by[0], of_bias * by[0], None, None, None


def whole(  # noqa: PLR0917 - the parts of one sum
    hidden: Tensor,
    output: Tensor,
    bias: Tensor,
    target: Tensor,
    weight: Tensor,
    threads: int = 1,
) -> Tensor:
    """Weighted sum over positions of -log softmax.

    `hidden` `[positions, width]`, `output` `[items, width]`, `bias` `[items]`, `target` and
    `weight` `[positions]`. So many threads share the positions, each of which computes with as many
    as PyTorch is told to.
    """
    loss: Tensor = _WholeCatalogue.apply(hidden, output, bias, target, weight, threads)  # type: ignore[no-untyped-call]
    return loss


class Drawn(NamedTuple):
    """Items that stand for the catalogue, drawn with repetition."""

    items: Tensor
    """`[drawn]` codes."""
    chances: Tensor
    """`[drawn]` logarithms of how likely each was to be drawn."""
    vectors: Tensor
    """`[drawn, width]`"""
    biases: Tensor
    """`[drawn]`"""


def sampled(hidden: Tensor, true: Tensor, drawn: Drawn, target: Tensor, weight: Tensor) -> Tensor:
    """As `whole`, against a sample that all positions share, corrected by how likely each item was
    to be drawn (Jean et al. 2015, https://arxiv.org/abs/1412.2007).

    `true` `[positions]` are the scores of the targets.
    """
    offset = drawn.biases - drawn.chances - math.log(len(drawn.items))
    others = torch.addmm(offset, hidden, drawn.vectors.T)
    others = others.masked_fill(drawn.items[None] == target[:, None], -1e9)
    total = torch.logaddexp(others.logsumexp(1), true)
    return ((total - true) * weight).sum()
