"""`aisle fill`: the products of files into an existing shop."""

from pathlib import Path
from typing import Annotated

import typer

from aisle.cli.terminal import console, errors_said, require_folder


def fill(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Files of reviews and of metadata, or a folder that `aisle load` wrote.",
            exists=True,
        ),
    ],
    data_dir: Annotated[
        Path | None, typer.Option(help="The shop's folder.", show_default="ALLSTORE_DATA_DIR")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of made-up names.")] = 0,
) -> None:
    """Fill a shop's catalogue from files, over products of the same ids; it may be open meanwhile.

    The shop is that of the ALLSTORE_* variables. What the engine learns from is not touched: see
    `aisle import`.
    """
    from allstore.demo.loaded import FillError, LoadError, fill  # noqa: PLC0415 - loads slowly
    from allstore.shop.settings import Settings  # noqa: PLC0415

    with errors_said(ValueError):
        settings = Settings() if data_dir is None else Settings(data_dir=data_dir)
    require_folder(settings.data_dir)
    with errors_said(FillError, LoadError, ValueError):
        fill(files, settings, console, seed)
