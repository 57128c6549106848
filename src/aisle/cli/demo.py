"""`aisle demo`: the shop on simulated shoppers, with everything it needs."""

from pathlib import Path
from typing import Annotated

import typer

from aisle.cli.terminal import DataDir, errors_said, require_folder


def demo(  # noqa: PLR0917 - typer gives each option by name
    port: Annotated[int, typer.Option(min=1, max=65534, help="Port of the shop.")] = 8000,
    data_dir: DataDir = Path("demo-data"),
    seed: Annotated[int, typer.Option(help="Seed of the simulated shoppers.")] = 0,
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
    """Simulate a store, train its recommenders through the API, and open the shop."""
    from allstore import simulator  # noqa: PLC0415 - the engine runs without the shop
    from allstore.demo import Demo  # noqa: PLC0415

    with errors_said(ValueError):
        store = simulator.Settings(
            seed=seed,
            shoppers=shoppers or simulator.usual_shoppers(interactions),
            products=products,
            interactions=interactions,
        )
    require_folder(data_dir)
    Demo(data_dir.resolve(), port=port, store=store, open_browser=browser).run()
