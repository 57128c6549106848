"""Filters: their expressions read, checked against a group's schemas, and turned into masks.

`parsing` reads text into the tree of `expression`, `checking` holds it to the schemas, `values`
puts a request's values in, and `masks` says which rows of a catalogue are left.
"""
