"""Models in memory: each artefact is mapped once a process and shared by all requests."""

from collections import OrderedDict
from threading import Lock

from aisle.recipes.deployable import Deployable, load_deployable
from aisle.storage.objects import Objects

_MOST_MODELS = 64


class ModelCache:
    """The models used last, by artefact key. A key is never rewritten, so none goes stale."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._models: OrderedDict[str, Deployable] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Deployable:
        """The model under an artefact key, loaded on first use."""
        with self._lock:
            model = self._models.get(key)
            if model is None:
                model = self._models[key] = load_deployable(self._objects.local(key))
            self._models.move_to_end(key)
            while len(self._models) > _MOST_MODELS:
                self._models.popitem(last=False)
            return model
