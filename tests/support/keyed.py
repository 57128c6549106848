"""Access keys of an installation, made as an operator makes them."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from aisle.cli.app import app


def keys(command: str, *arguments: object, data_dir: Path) -> Result:
    """`aisle keys COMMAND` over a data directory."""
    line = ["keys", command, *map(str, arguments), "--data-dir", str(data_dir)]
    return CliRunner().invoke(app, line)


def made_key(data_dir: Path, *arguments: str) -> tuple[str, str]:
    """The id and the secret of a new key."""
    result = keys("create", "--json", *arguments, data_dir=data_dir)
    assert result.exit_code == 0, result.output
    key: dict[str, Any] = json.loads(result.stdout)
    return key["accessKeyId"], key["secretAccessKey"]
