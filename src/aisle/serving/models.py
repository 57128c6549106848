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
        self._loading = Lock()
        self._changing = Lock()

    def loaded(self, key: str) -> Deployable | None:
        """The model under an artefact key, if it is here."""
        with self._changing:
            model = self._models.get(key)
            if model is not None:
                self._models.move_to_end(key)
            return model

    def load(self, key: str) -> None:
        """Have a model here; it may come from afar, so this is not for the event loop."""
        with self._loading:
            if self.loaded(key) is not None:
                return
            model = load_deployable(self._objects.local(key))
            with self._changing:
                self._models[key] = model
                while len(self._models) > _MOST_MODELS:
                    self._models.popitem(last=False)
