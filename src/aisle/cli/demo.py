"""`aisle demo`: the shop, with everything it needs, on simulated shoppers or one's own files."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from aisle.cli.terminal import DataDir, errors_said, fail, require_folder

if TYPE_CHECKING:
    from allstore.demo import Store

_SIMULATED = ("shoppers", "products", "interactions")
"""Options that files leave no sense to."""


def demo(  # noqa: PLR0917 - typer gives each option by name
    context: typer.Context,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Files of reviews and of metadata, or a folder that `aisle load` wrote.",
            exists=True,
            show_default="a simulated store",
        ),
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65534, help="Port of the shop.")] = 8000,
    data_dir: DataDir = Path("demo-data"),
    seed: Annotated[int, typer.Option(help="Of simulated shoppers, or of made-up names.")] = 0,
    shoppers: Annotated[
        int | None,
        typer.Option(
            min=50, help="Simulated shoppers.", show_default="6000 for each 675,000 events"
        ),
    ] = None,
    products: Annotated[int, typer.Option(min=100, help="Simulated products.")] = 2465,
    interactions: Annotated[int, typer.Option(min=5000, help="Simulated events.")] = 675_000,
    browser: Annotated[bool, typer.Option(help="Open the shop in a browser.")] = True,
) -> None:
    """Open the shop on a simulated store, or on one's own products and reviews, with its
    recommenders trained through the API.
    """
    from allstore.demo import Demo  # noqa: PLC0415 - the engine runs without the shop

    if files:
        _refuse_sizes(context)
        store = _loaded(files, seed)
    else:
        store = _simulated(seed, shoppers, products, interactions)
    require_folder(data_dir)
    Demo(data_dir.resolve(), port=port, store=store, open_browser=browser).run()


def _simulated(seed: int, shoppers: int | None, products: int, interactions: int) -> "Store":
    from allstore import simulator  # noqa: PLC0415 - as above
    from allstore.demo.simulated import SimulatedStore  # noqa: PLC0415

    with errors_said(ValueError):
        return SimulatedStore(
            simulator.Settings(
                seed=seed,
                shoppers=shoppers or simulator.usual_shoppers(interactions),
                products=products,
                interactions=interactions,
            )
        )


def _loaded(files: Sequence[Path], seed: int) -> "Store":
    from allstore.demo.loaded import LoadedStore  # noqa: PLC0415 - as above

    return LoadedStore(files, seed)


def _refuse_sizes(context: typer.Context) -> None:
    """End the command where the size of a simulation is asked for beside files."""
    for name in _SIMULATED:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            fail(f"--{name} is of a simulated store; files bring their own. Leave it out.")
