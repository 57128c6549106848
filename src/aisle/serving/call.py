"""Who asks, and what this process has at hand to answer."""

import msgspec

from aisle.data.state import State
from aisle.filters.masks import Masks
from aisle.records import Scope
from aisle.serving.answer_space import AnswerSpaceCache
from aisle.serving.catalogues import CatalogueCache
from aisle.serving.following import FollowedModels
from aisle.serving.interacted import ImportedCache
from aisle.serving.models import ModelCache


class Call(msgspec.Struct, frozen=True):
    """The first argument of every operation."""

    scope: Scope
    state: State
    models: ModelCache
    followed: FollowedModels
    catalogues: CatalogueCache
    imported: ImportedCache
    masks: Masks
    spaces: AnswerSpaceCache
