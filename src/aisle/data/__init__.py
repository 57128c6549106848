"""Schemas, bulk datasets, streamed events, and both together as arrays to learn from."""
