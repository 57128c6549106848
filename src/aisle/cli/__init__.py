"""The `aisle` command: one module a subcommand."""

import sys

_INTERRUPTED = 130


def main() -> None:
    """Entry point of the console script; an interrupt ends it without a traceback."""
    try:
        from aisle.cli.app import app  # noqa: PLC0415 - an interrupt may come while it loads

        app()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
