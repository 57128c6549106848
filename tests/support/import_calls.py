"""Calls of `aisle import`, and what they say."""

from pathlib import Path

from typer.testing import CliRunner, Result

from aisle.cli.app import app

NO_PORT = "http://127.0.0.1:9"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["import", *map(str, arguments)])


def refused(*arguments: str | Path) -> str:
    """What is said to a call that cannot be carried out; never a traceback."""
    result = run(*arguments)
    assert result.exit_code == 2, result.output
    return " ".join(result.stderr.split())
