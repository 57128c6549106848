"""RecTools 0.19.0: its SASRec. https://rectools.readthedocs.io"""

import logging
import warnings

import numpy as np
import pandas as pd  # type: ignore[import-untyped]
import torch
from rectools import Columns  # type: ignore[import-not-found]
from rectools.dataset import Dataset  # type: ignore[import-not-found]
from rectools.models import SASRecModel  # type: ignore[import-not-found]

from benchmarks.peers.learning import AfterEpoch, Asked, Events, Lists

_ASKED_AT_ONCE = 2000
_LONG = 200


def sasrec(events: Events, seed: int, epochs: int, after: AfterEpoch) -> None:
    """With its defaults: 256 factors, 2 blocks, the last 100 events."""
    _learn(SASRecModel(), events, seed, epochs, after)


def sasrec_long(events: Events, seed: int, epochs: int, after: AfterEpoch) -> None:
    """The same over the last 200 events."""
    _learn(SASRecModel(session_max_len=_LONG), events, seed, epochs, after)


def _learn(model: SASRecModel, events: Events, seed: int, epochs: int, after: AfterEpoch) -> None:
    warnings.filterwarnings("ignore")
    logging.getLogger("pytorch_lightning").setLevel(logging.ERROR)
    torch.manual_seed(seed)
    dataset = _dataset(events.user, events.item, events.time)
    for _epoch in range(epochs):
        model.fit_partial(dataset, min_epochs=1, max_epochs=1)
        after(lambda asked: _listed(model, asked))


def _listed(model: SASRecModel, asked: Asked) -> Lists:
    lists = np.full((len(asked.user), asked.depth), -1, np.int64)
    for begin in range(0, len(asked.user), _ASKED_AT_ONCE):
        histories = asked.histories[begin : begin + _ASKED_AT_ONCE]
        question = np.repeat(np.arange(len(histories)), [len(one) for one in histories])
        item = np.concatenate(histories)
        # The numbers of the rows stand in for times, as they come oldest first.
        dataset = _dataset(question, item, np.arange(len(item)))
        found = model.recommend(
            np.arange(len(histories)),
            dataset,
            k=asked.depth,
            filter_viewed=not asked.keep_seen,
            on_unsupported_targets="ignore",
        )
        rows, places = found[Columns.User].to_numpy(), found[Columns.Rank].to_numpy()
        lists[begin + rows, places - 1] = found[Columns.Item].to_numpy()
    return lists


def _dataset(user: object, item: object, time: object) -> Dataset:
    frame = pd.DataFrame(
        {Columns.User: user, Columns.Item: item, Columns.Weight: 1.0, Columns.Datetime: time}
    )
    frame[Columns.Datetime] = pd.to_datetime(frame[Columns.Datetime], unit="s")
    return Dataset.construct(frame)
