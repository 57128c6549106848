"""AdamW for what every step touches, a sparse Adam for the vectors of a large catalogue."""

import torch

from aisle.recipes.transformer.network import Network
from aisle.recipes.transformer.plan import Plan

_DECAY = 0.05
_BETAS = (0.9, 0.98)


def optimisers_of(network: Network, plan: Plan) -> tuple[torch.optim.Optimizer, ...]:
    """For all parameters; only the matrices of the blocks decay."""
    blocks = [p for p in network.blocks.parameters() if p.ndim > 1]
    tables = [t.weight for t in (network.inputs.item, network.output) if t.sparse]
    apart = {id(p) for p in (*blocks, *tables)}
    others = [p for p in network.parameters() if id(p) not in apart]
    groups = [
        {"params": blocks, "weight_decay": _DECAY},
        {"params": others, "weight_decay": 0.0},
    ]
    dense = torch.optim.AdamW(groups, lr=plan.rate, betas=_BETAS, fused=True)
    if not tables:
        return (dense,)
    return dense, torch.optim.SparseAdam(tables, lr=plan.rate, betas=_BETAS)
