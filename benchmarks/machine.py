"""The machine that numbers were measured on, as rows among them."""

import os
import platform
from importlib.metadata import version
from pathlib import Path

from benchmarks.quality.rows import Row

_LIBRARIES = ("numpy", "scipy", "numba", "polars", "torch")
SECTION = "machine"


def machine() -> list[Row]:
    """Cores and memory (GiB); the note tells the versions."""
    note = ", ".join(
        [f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in _LIBRARIES)]
    )
    facts = {"cores": float(len(os.sched_getaffinity(0))), "memory GiB": _memory()}
    return [
        Row(SECTION, platform.system(), _processor(), fact, value, 0.0, 0, 0, note)
        for fact, value in facts.items()
    ]


def accelerators() -> list[str]:
    """The GPU that trainings run on, if any."""
    import torch  # noqa: PLC0415 - takes a second, and few benchmarks ask

    return [torch.cuda.get_device_name()] if torch.cuda.is_available() else []


def _memory() -> float:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)


def _processor() -> str:
    """As /proc/cpuinfo names it, where there is one."""
    told = Path("/proc/cpuinfo")
    lines = told.read_text(encoding="utf-8").splitlines() if told.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
