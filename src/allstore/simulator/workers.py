"""The parts of a simulation, played in this process or in several."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Thread

from allstore.simulator.parts import Part
from allstore.simulator.settings import Settings
from allstore.simulator.spool import Piece, spool
from allstore.simulator.world import World, play

MANY = 3_000_000
"""Interactions from which it pays to start processes."""


def play_parts(
    world: World,
    parts: list[Part],
    folder: Path,
    processes: int | None,
    progress: Callable[[float], None],
) -> list[Piece]:
    """The pieces of all parts that have interactions, in their order; the files lie in `folder`."""
    busy = [part for part in parts if part.interactions]
    pieces, done = [], 0
    with _mapping(min(processes or _usual(world.settings), len(busy))) as spread:
        for part, piece in zip(busy, spread(partial(_play, world, folder), busy), strict=True):
            pieces.append(piece)
            done += part.interactions
            progress(done / world.settings.interactions)
    return pieces


def _play(world: World, folder: Path, part: Part) -> Piece:
    return spool(play(world, part), folder / str(part.number), world.settings)


def _usual(settings: Settings) -> int:
    return (os.cpu_count() or 1) if settings.interactions >= MANY else 1


Spread = Callable[[Callable[[Part], Piece], list[Part]], Iterator[Piece]]


@contextmanager
def _mapping(processes: int) -> Iterator[Spread]:
    """Something like `map`, in this process or in others."""
    if processes == 1:
        yield map
        return
    spawning = multiprocessing.get_context("spawn")
    executor = ProcessPoolExecutor(processes, spawning, initializer=_follow_parent)
    try:
        yield executor.map
    finally:
        executor.shutdown(cancel_futures=True)


def _follow_parent() -> None:
    """Leave interrupts to the parent, and end when it ends, however it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
