"""The control plane: one module a kind of resource, with its rules and its life cycle."""
