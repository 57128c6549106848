"""The `aisle` command: one module a subcommand."""

from aisle.cli.app import main

__all__ = ["main"]
