"""A model's arrays and the manifest that names them, in one folder."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.ids import IdIndex

Array = NDArray[Any]

_MANIFEST = "model.json"


class Manifest(msgspec.Struct, frozen=True):
    """What lies in the folder: `[name].npy` for each array, and the catalogue's ids if any."""

    model: str
    arrays: tuple[str, ...]
    settings: Mapping[str, float] = {}


def save(
    folder: Path,
    model: str,
    items: IdIndex,
    arrays: Mapping[str, Array],
    settings: Mapping[str, float] | None = None,
) -> None:
    """Write an artefact of the named kind of model into a folder that exists."""
    items.save(folder, "items")
    save_arrays(folder, model, arrays, settings)


def save_arrays(
    folder: Path,
    model: str,
    arrays: Mapping[str, Array],
    settings: Mapping[str, float] | None = None,
) -> None:
    """Write what belongs to a model beside it, whose ids these are."""
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    manifest = Manifest(model, tuple(arrays), settings or {})
    (folder / _MANIFEST).write_bytes(msgspec.json.encode(manifest))


def load(folder: Path, model: str) -> tuple[IdIndex, dict[str, Array], Mapping[str, float]]:
    """Map what `save` wrote: ids, arrays by name and settings.

    Raises ValueError where the folder holds another kind of model.
    """
    arrays, settings = load_arrays(folder, model)
    return IdIndex.load(folder, "items"), arrays, settings


def load_arrays(folder: Path, model: str) -> tuple[dict[str, Array], Mapping[str, float]]:
    """Map what `save_arrays` wrote. Raises ValueError as `load`."""
    manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
    if manifest.model != model:
        raise ValueError(f"{folder} holds a model {manifest.model}, not {model}")
    arrays = {
        name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in manifest.arrays
    }
    return arrays, manifest.settings
