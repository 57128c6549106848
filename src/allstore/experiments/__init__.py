"""Experiments between recommenders: A/B, team-draft interleaving and a Thompson bandit.

Arithmetic alone: what was shown and done is kept by `allstore.shop.experiments`.
"""
