"""The personalisation model: the next-item ridge and the transformer, blended by the data at hand.

The answer is the weighted mean of the two models' log probabilities, that of the ridge with its
share of popularity (a logarithmic opinion pool, Genest & Zidek 1986), and what the items' metadata
adds to it. A weight of 0 or 1 is one model alone.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.ids import IdIndex
from aisle.recipes.base import Query
from aisle.recipes.content import ContentModel
from aisle.recipes.ridge_model import Recent, RidgeModel
from aisle.recipes.transformer.model import TransformerModel

NAME = "ridge-transformer-blend"

_SETTINGS = "blend.json"


class _Manifest(msgspec.Struct, frozen=True):
    model: str
    solver: str
    transformer_share: float
    repeat_factor: float
    has_transformer: bool
    content_weight: float = 0.0
    has_content: bool = False


class BlendedModel(msgspec.Struct, frozen=True, kw_only=True):
    """Both parts over the same items."""

    ridge: RidgeModel
    solver: str = "dense"
    """Of the ridge's regression."""
    others: Mapping[str, RidgeModel] = {}
    """The ridge by other solvers, for tuning to choose from; they are not saved."""
    transformer: TransformerModel | None
    """None where there was too little to train one."""
    transformer_share: float
    """The transformer's weight, 0 to 1."""
    repeat_factor: float
    """What the probability of an item in the history is multiplied by, 0 to 1."""
    content: ContentModel | None = None
    """None where nothing is known of the items."""
    content_weight: float = 0.0
    """What the logarithms of the content are multiplied by before they are added to that mean."""

    @property
    def items(self) -> IdIndex:
        """What both parts know."""
        return self.ridge.items

    @property
    def reads_traits(self) -> bool:
        """Where the transformer has learnt from the Users dataset."""
        return self.transformer is not None and self.transformer.of_users is not None

    def score(self, query: Query) -> NDArray[np.float32]:
        """`[items]` probabilities for the user's next item at the time of the request."""
        recent = self.ridge.recent(query.history, query.times, query.now)
        by_ridge = self.ridge.log_probabilities(self.ridge.personal_of(recent))
        by_transformer = None
        if self.transformer is not None and self.transformer_share:
            by_transformer = self.transformer.scores(query)
        return blended(self, by_ridge, by_transformer, query.history, self.by_content(recent))

    def by_content(self, recent: Recent) -> NDArray[np.float32] | None:
        """`[items]` what the metadata of a history adds to the parts' logarithms, if anything."""
        if self.content is None or not self.content_weight:
            return None
        found = self.content.log_probabilities(recent, self.ridge.shares)
        return None if found is None else found * np.float32(self.content_weight)

    @property
    def ridges(self) -> Mapping[str, RidgeModel]:
        """The ridge by every solver that there is."""
        return {self.solver: self.ridge, **self.others}

    def save(self, folder: Path) -> None:
        """Write each part into a folder of its own."""
        manifest = _Manifest(
            model=NAME,
            solver=self.solver,
            transformer_share=self.transformer_share,
            repeat_factor=self.repeat_factor,
            has_transformer=self.transformer is not None,
            content_weight=self.content_weight,
            has_content=self.content is not None,
        )
        (folder / _SETTINGS).write_bytes(msgspec.json.encode(manifest))
        (folder / "ridge").mkdir()
        self.ridge.save(folder / "ridge")
        if self.transformer is not None:
            (folder / "transformer").mkdir()
            self.transformer.save(folder / "transformer")
        if self.content is not None:
            (folder / "content").mkdir()
            self.content.save(folder / "content")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map what `save` wrote."""
        try:
            manifest = msgspec.json.decode((folder / _SETTINGS).read_bytes(), type=_Manifest)
        except FileNotFoundError:
            raise ValueError(f"{folder} does not hold a model {NAME}") from None
        transformer = (
            TransformerModel.load(folder / "transformer") if manifest.has_transformer else None
        )
        return cls(
            ridge=RidgeModel.load(folder / "ridge"),
            solver=manifest.solver,
            transformer=transformer,
            transformer_share=manifest.transformer_share,
            repeat_factor=manifest.repeat_factor,
            content=ContentModel.load(folder / "content") if manifest.has_content else None,
            content_weight=manifest.content_weight,
        )


def pooled(
    by_ridge: NDArray[np.float32], by_transformer: NDArray[np.float32] | None, share: float
) -> NDArray[np.float32]:
    """`[items]` the mean of two models' log probabilities; `share` is the transformer's weight."""
    if by_transformer is None or not share:
        return by_ridge
    mixed = by_ridge * np.float32(1 - share)
    mixed += by_transformer * np.float32(share)
    return mixed


def blended(
    model: BlendedModel,
    by_ridge: NDArray[np.float32],
    by_transformer: NDArray[np.float32] | None,
    history: NDArray[np.int32],
    by_content: NDArray[np.float32] | None = None,
) -> NDArray[np.float32]:
    """`[items]` the answer's distribution from the parts' logarithms, up to a constant each."""
    mixed = pooled(by_ridge, by_transformer, model.transformer_share)
    if by_content is not None:
        mixed = mixed + by_content
    scores: NDArray[np.float32] = mixed - mixed.max()
    np.exp(scores, out=scores)
    scores[history] *= np.float32(model.repeat_factor)  # once for an item that is there twice
    total = scores.sum()
    if not total:  # the user had everything there is
        scores = np.exp(by_ridge)
        total = scores.sum()
    scores /= total
    return scores
