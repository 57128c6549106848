"""A causal transformer over the events of a user: what comes next, and when it is asked.

Each position takes the item before it, how that event came about (type, value, the time since the
event before) and how long after it the next item is asked for, and gives a distribution over the
catalogue (SASRec, Kang & McAuley 2018, https://arxiv.org/abs/1808.09781; softmax over the catalogue
in place of one negative, Klenitskiy & Vasilev 2023, https://arxiv.org/abs/2309.07602; time as in
HSTU, Zhai et al. 2024, https://arxiv.org/abs/2402.17152). Training runs in PyTorch; `model` answers
with NumPy alone, and is all that serving imports.
"""
