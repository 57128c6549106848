"""What the Items dataset says of an item, as a sparse vector: rare values count for more.

Each single value of a categorical field, bin of a number and word of a text is a feature. It is
weighed by `log((1 + rows) / (1 + rows that have it))` and, in texts, by 1 + log of its count
(Salton and Buckley, "Term-weighting approaches in automatic text retrieval", 1988). The part of a
vector that belongs to one field has length 1, so that the dot product of two items is the sum, over
the fields that both have, of the fields' cosines.

Features are known by a hash of field and value: the model keeps numbers, no vocabulary.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from aisle.data.catalogue import Catalogue
from aisle.data.columns import Column, NumberColumn, TextColumn
from aisle.data.values import IDS

if TYPE_CHECKING:
    from scipy import sparse

Kind = Literal["values", "words", "number"]
Tokens = Callable[[str], Sequence[str]]

_WORD = re.compile(r"\w+")
_SEPARATOR = "|"
_HALF_BINS = 20
_MOST_VALUES_A_ROW = 0.5
"""A column with more distinct values than this times its rows is read as words."""
_LEAST_ROWS = 2
"""A feature of fewer rows says nothing about which rows go together."""


class Field(msgspec.Struct, frozen=True):
    """How a field is read."""

    name: str
    kind: Kind
    several: bool = False
    """Whether a row may have several values: `Action|Comedy`."""
    edges: tuple[float, ...] = ()
    """Quantiles of a number. Two bins of two steps each, half a bin apart, hold a number, so that
    near numbers share at least one of them."""


class SparseRow(msgspec.Struct, frozen=True):
    """One item's features."""

    features: NDArray[np.int32]
    values: NDArray[np.float32]


class Features(msgspec.Struct, frozen=True, eq=False):
    """Items' features in compressed-sparse-row form, features of a row in ascending order."""

    offsets: NDArray[np.int64]
    """`[rows + 1]`"""
    features: NDArray[np.int32]
    values: NDArray[np.float32]
    width: int
    """How many features there are."""

    def csr(self) -> "sparse.csr_array[Any, Any]":
        """`[rows, features]` as SciPy has it; for training, not for serving."""
        from scipy import sparse  # noqa: PLC0415 - serving must not import SciPy

        return sparse.csr_array(
            (self.values, self.features, self.offsets), (len(self.offsets) - 1, self.width)
        )


class FeatureSpace(msgspec.Struct, frozen=True, eq=False):
    """The features that a catalogue has, learnt once; reads any item's row from then on."""

    fields: tuple[Field, ...]
    hashes: NDArray[np.uint64]
    """`[features]` ascending."""
    field_of: NDArray[np.int16]
    """`[features]` positions in `fields`."""
    idf: NDArray[np.float32]
    """`[features]`"""

    def row(self, item: Mapping[str, str | float], tokens: Tokens | None = None) -> SparseRow:
        """The features of one item by its values: numbers as numbers, all else as text.

        `tokens` has to be what the space was learnt with.
        """
        found: list[int] = []
        counts: list[int] = []
        for field in self.fields:
            value = item.get(field.name)
            if value is not None:
                counted = Counter(_tokens_of(field, value, tokens or words))
                found += [_hash(field.name, token) for token in counted]
                counts += counted.values()
        hashes = np.array(found, np.uint64)
        known, features = self.find(hashes)
        weights = 1 + np.log(np.array(counts, np.float32)[known])
        order = np.argsort(features)
        single = np.zeros(len(features), np.int64)
        row = self._weighed(single, features[order], weights[order], 1)
        return SparseRow(row.features, row.values)

    def find(self, hashes: NDArray[np.uint64]) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
        """`[hashes]` which are known, and `[known]` their features."""
        places = np.minimum(np.searchsorted(self.hashes, hashes), max(len(self.hashes) - 1, 0))
        if not len(self.hashes):
            return np.zeros(len(hashes), np.bool_), np.empty(0, np.int32)
        known = self.hashes[places] == hashes
        return known, places[known].astype(np.int32)

    def _weighed(
        self,
        rows: NDArray[np.int64],
        features: NDArray[np.int32],
        weights: NDArray[np.float32],
        count: int,
    ) -> Features:
        """Entries sorted by row and feature, as a matrix whose parts have length 1."""
        values = weights * self.idf[features]
        fields = max(len(self.fields), 1)
        part = rows * fields + self.field_of[features]
        squares = np.bincount(part, values * values, count * fields)
        lengths = np.sqrt(squares)[part]
        values = np.asarray(values / np.where(lengths > 0, lengths, 1), np.float32)
        offsets = np.searchsorted(rows, np.arange(count + 1)).astype(np.int64)
        return Features(offsets, features, values, len(self.hashes))

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What `of_arrays` makes the space from again; for an artefact."""
        fields = np.frombuffer(msgspec.json.encode(self.fields), np.uint8)
        return {
            "feature_fields": fields,
            "feature_hashes": self.hashes,
            "feature_field_of": self.field_of,
            "feature_idf": self.idf,
        }

    @classmethod
    def of_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The space that `arrays` was asked of."""
        fields = msgspec.json.decode(arrays["feature_fields"].tobytes(), type=tuple[Field, ...])
        return cls(
            fields, arrays["feature_hashes"], arrays["feature_field_of"], arrays["feature_idf"]
        )


class _Occurrences(msgspec.Struct, frozen=True):
    """What the rows of one field have."""

    rows: NDArray[np.int64]
    hashes: NDArray[np.uint64]
    counts: NDArray[np.float32]


def words(text: str) -> list[str]:
    """The words of a text in lower case."""
    return _WORD.findall(text.lower())


def learn(
    catalogue: Catalogue, *, kinds: Sequence[Kind] = (), tokens: Tokens = words
) -> tuple[FeatureSpace, Features]:
    """The features of a catalogue and of each of its rows.

    Only fields of these kinds, or all of them where none is named, and never the id. `tokens` are
    what a text is made of.
    """
    fields: list[Field] = []
    found: list[_Occurrences] = []
    for name, column in catalogue.columns.items():
        field = _field(name, column, len(catalogue))
        if name not in IDS and (not kinds or field.kind in kinds):
            fields.append(field)
            found.append(_occurrences(field, column, tokens))
    space = _space(fields, found, len(catalogue))
    rows, features, weights = _joined(space, found)
    return space, space._weighed(rows, features, weights, len(catalogue))  # noqa: SLF001 - its own


def _space(fields: Sequence[Field], found: Sequence[_Occurrences], rows: int) -> FeatureSpace:
    """Only what at least two rows have, and not all of them."""
    hashes: list[NDArray[np.uint64]] = [np.empty(0, np.uint64)]
    field_of: list[NDArray[np.int16]] = [np.empty(0, np.int16)]
    having: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    for number, occurrences in enumerate(found):
        distinct, counts = np.unique(occurrences.hashes, return_counts=True)
        telling = (counts >= _LEAST_ROWS) & (counts < rows)
        hashes.append(distinct[telling])
        field_of.append(np.full(np.count_nonzero(telling), number, np.int16))
        having.append(counts[telling])
    joined = np.concatenate(hashes)
    order = np.argsort(joined)
    idf = np.log((1 + rows) / (1 + np.concatenate(having)[order]))
    return FeatureSpace(
        tuple(fields), joined[order], np.concatenate(field_of)[order], idf.astype(np.float32)
    )


def _joined(
    space: FeatureSpace, found: Sequence[_Occurrences]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """Rows, features and weights of the known occurrences, by row, then feature."""
    rows = np.concatenate([np.empty(0, np.int64), *(one.rows for one in found)])
    hashes = np.concatenate([np.empty(0, np.uint64), *(one.hashes for one in found)])
    counts = np.concatenate([np.empty(0, np.float32), *(one.counts for one in found)])
    known, features = space.find(hashes)
    rows, weights = rows[known], 1 + np.log(counts[known])
    order = np.lexsort((features, rows))
    return rows[order], features[order], weights[order]


def _field(name: str, column: Column, rows: int) -> Field:
    if isinstance(column, NumberColumn):
        held = column.numbers[~np.isnan(column.numbers)]
        quantiles = np.quantile(held, np.arange(1, _HALF_BINS) / _HALF_BINS) if len(held) else held
        return Field(name, "number", edges=tuple(np.unique(quantiles).tolist()))
    if column.members is not None:
        return Field(name, "values", several=True)
    apart = column.lookup is None or len(column.texts) > _MOST_VALUES_A_ROW * rows
    return Field(name, "words" if apart else "values")


def _tokens_of(field: Field, value: str | float, tokens: Tokens) -> Sequence[str]:
    if field.kind == "number":
        return _bins(int(np.searchsorted(field.edges, float(value), "right")))
    if field.kind == "words":
        return tokens(str(value))
    return list(dict.fromkeys(str(value).split(_SEPARATOR))) if field.several else [str(value)]


def _bins(step: int) -> tuple[str, str]:
    return f"a{step // 2}", f"b{(step + 1) // 2}"


def _occurrences(field: Field, column: Column, tokens: Tokens) -> _Occurrences:
    if isinstance(column, NumberColumn):
        rows = np.flatnonzero(~np.isnan(column.numbers))
        texts = np.searchsorted(field.edges, column.numbers[rows], "right")
        return _spread(rows, texts, map(_bins, range(len(field.edges) + 1)), field.name)
    return _of_text(field, column, tokens)


def _of_text(field: Field, column: TextColumn, tokens: Tokens) -> _Occurrences:
    """Each distinct text is taken apart once."""
    rows = np.flatnonzero(column.codes >= 0)
    used, texts = np.unique(column.codes[rows], return_inverse=True)
    parts = (_tokens_of(field, column.texts[code], tokens) for code in used.tolist())
    return _spread(rows, texts, parts, field.name)


def _spread(
    rows: NDArray[np.int64],
    texts: NDArray[np.int64],
    tokens: Iterator[Sequence[str]],
    name: str,
) -> _Occurrences:
    """What each row has, where row `rows[i]` has the tokens of text `texts[i]`."""
    known: dict[str, int] = {}
    hashes: list[int] = []
    counts: list[int] = []
    lengths: list[int] = []
    for some in tokens:
        counted = Counter(some)
        for token, count in counted.items():
            key = known.get(token)
            if key is None:
                key = known[token] = _hash(name, token)
            hashes.append(key)
            counts.append(count)
        lengths.append(len(counted))
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.array(lengths, np.int64))])
    many = np.diff(offsets)[texts] if lengths else np.empty(0, np.int64)
    first = np.repeat(offsets[texts] - np.cumsum(many) + many, many)
    places = first + np.arange(len(first))
    return _Occurrences(
        np.repeat(rows, many),
        np.array(hashes, np.uint64)[places],
        np.array(counts, np.float32)[places],
    )


def _hash(field: str, token: str) -> int:
    digest = blake2b(f"{field}\0{token}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")
