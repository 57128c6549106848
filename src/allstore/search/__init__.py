"""Text search over the catalogue, and its blend with what the engine says a shopper prefers.

Knows neither the shop's database nor the engine: products, and a shopper's preference, are handed
in by callables.
"""
