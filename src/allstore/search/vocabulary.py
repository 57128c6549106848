"""The words of the catalogue, and which of them a typed word may mean."""

import bisect
import heapq
from collections import defaultdict
from collections.abc import Mapping

import msgspec
import tantivy

from allstore.search.text import is_filler, stem

_SAME_STEM, _PREFIX, _ONE_TYPO, _TWO_TYPOS = 0.6, 0.6, 0.5, 0.3
"""What a word counts for that is not the typed one, against 1 for the typed one."""
_MOST = 8
"""Words that one typed word may mean, for each way of meaning; twice as many as its beginning."""
_CANDIDATES = 60
_SHORTEST_TO_MEND, _SHORTEST_TO_MEND_TWICE = 3, 6
"""Letters of a word in which one typo, or two, are looked for."""


class Meaning(msgspec.Struct, frozen=True):
    """A word of the catalogue that stands for a typed one, and its weight in (0, 1]."""

    word: str
    weight: float


class Vocabulary:
    """`usage` says how much each word is used: in how many products, and where they have it."""

    def __init__(self, usage: Mapping[str, float]) -> None:
        self._usage = usage
        self._sorted = sorted(usage)
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        for word in self._sorted:
            self._by_stem[stem(word)].append(word)
        self._schema = (
            tantivy.SchemaBuilder()
            .add_text_field("word", stored=True, tokenizer_name="raw", index_option="basic")
            .build()
        )
        self._index = _index_of(self._sorted, self._schema)

    def __contains__(self, word: str) -> bool:
        return word in self._usage

    def forms(self, word: str) -> list[Meaning]:
        """The word itself and others of its stem."""
        others = [each for each in self._by_stem.get(stem(word), []) if each != word]
        own = [Meaning(word, 1.0)] if word in self else []
        return own + [Meaning(each, _SAME_STEM) for each in self._usual(others)]

    def completions(self, prefix: str) -> list[Meaning]:
        """The most usual words that begin with `prefix` and are longer; no fillers."""
        first = bisect.bisect_right(self._sorted, prefix)
        last = bisect.bisect_left(self._sorted, prefix + chr(0x10FFFF), first)
        words = self._usual(self._sorted[first:last], 2 * _MOST)
        return [Meaning(each, _PREFIX) for each in words if not is_filler(each)]

    def corrections(self, word: str) -> list[Meaning]:
        """Words one typo away, of longer words else those two away; a swap is one typo."""
        for shortest, distance, weight in (
            (_SHORTEST_TO_MEND, 1, _ONE_TYPO),
            (_SHORTEST_TO_MEND_TWICE, 2, _TWO_TYPOS),
        ):
            near = self._near(word, distance) if len(word) >= shortest else []
            if near:
                return [Meaning(each, weight) for each in near]
        return []

    def _near(self, word: str, distance: int) -> list[str]:
        """The first letter is seldom wrong, so words that share it come before more usual ones."""
        query = tantivy.Query.fuzzy_term_query(self._schema, "word", word, distance)
        searcher = self._index.searcher()
        found = searcher.search(query, limit=_CANDIDATES, count=False).hits
        near: list[str] = [searcher.doc(address)["word"][0] for _, address in found]
        near = [each for each in near if each != word]
        near.sort(key=lambda each: (each[0] != word[0], -self._usage[each], each))
        return near[:_MOST]

    def _usual(self, words: list[str], most: int = _MOST) -> list[str]:
        return heapq.nsmallest(most, words, key=lambda each: (-self._usage[each], each))


def _index_of(words: list[str], schema: tantivy.Schema) -> tantivy.Index:
    index = tantivy.Index(schema)
    writer = index.writer(15_000_000, 1)
    for word in words:
        writer.add_document(tantivy.Document(word=word))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index
