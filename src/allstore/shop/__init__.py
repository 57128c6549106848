"""The shop's state: catalogue, carts, orders, and its two conversations with the engine."""
