"""What a query means in the words of the catalogue."""

import msgspec

from allstore.search.index import Match, Wanted
from allstore.search.results import Correction
from allstore.search.text import is_filler, query_words
from allstore.search.vocabulary import Meaning, Vocabulary

_JOINED = 0.9
"""The weight of `headphones` for `head phones`."""
_BEGINNING = 3
"""Letters that a word before the last must have to be taken for the beginning of another."""


class Reading(msgspec.Struct, frozen=True):
    matches: tuple[Match, ...] = ()
    corrections: tuple[Correction, ...] = ()
    unknown: tuple[str, ...] = ()
    """Words that mean nothing here."""

    @property
    def wanted(self) -> Wanted:
        """All the words but fillers, which only add to the score where there are others."""
        telling = tuple(match for match in self.matches if not is_filler(match.typed))
        if not telling:
            return Wanted(self.matches, len(self.matches))
        extras = tuple(match for match in self.matches if match not in telling)
        return Wanted(telling, len(telling), extras)

    @property
    def terms(self) -> frozenset[str]:
        """The words to highlight."""
        wanted = self.wanted.matches
        return frozenset(meaning.word for match in wanted for meaning in match.meanings)


def read(text: str, vocabulary: Vocabulary, *, unfinished: bool = False) -> Reading:
    """A word of the catalogue means itself and its other forms. Another one means what it is a
    misspelling or the beginning of. The last word of an
    `unfinished` query means all that it may become.
    """
    words = query_words(text)
    matches, corrections, unknown = [], [], []
    for at, word in enumerate(words):
        is_last = at == len(words) - 1
        meanings = _forms(words, at, vocabulary)
        is_known = bool(meanings)
        if (is_last and unfinished) or (not is_known and (is_last or len(word) >= _BEGINNING)):
            meanings += vocabulary.completions(word)
        if not is_known:
            mended = vocabulary.corrections(word)
            corrections += [Correction(word, each.word) for each in mended[:1] if not meanings]
            meanings += mended
        if meanings:
            matches.append(Match(word, tuple(meanings)))
        else:
            unknown.append(word)
    return Reading(tuple(matches), tuple(corrections), tuple(unknown))


def _forms(words: list[str], at: int, vocabulary: Vocabulary) -> list[Meaning]:
    """The word's own forms, and those of the word that it is one half of."""
    joined = ["".join(words[first : first + 2]) for first in (at - 1, at) if first >= 0]
    return vocabulary.forms(words[at]) + [
        Meaning(whole.word, whole.weight * _JOINED)
        for pair in joined
        if pair != words[at]
        for whole in vocabulary.forms(pair)
    ]
