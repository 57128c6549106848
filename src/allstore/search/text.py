"""From text to words, the same for products, queries and highlights."""

import unicodedata
from collections.abc import Collection

import msgspec
import tantivy

LONGEST_QUERY = 300
"""Characters of a query that are read."""
MOST_WORDS = 16
"""Words of a query that are read."""
_LONGEST_WORD = 40


def _analyzer(*more: tantivy.Filter) -> tantivy.TextAnalyzer:
    """Words are runs of letters and digits, in lower case and without accents."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    usual = (
        tantivy.Filter.remove_long(_LONGEST_WORD),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
    )
    for each in (*usual, *more):
        builder = builder.filter(each)
    return builder.build()


WORDS = _analyzer()
_TELLING = _analyzer(tantivy.Filter.stopword("english"))
"""Without `the`, `and`, `for`."""
_STEMS = _analyzer(tantivy.Filter.stemmer("english"))


class Piece(msgspec.Struct, frozen=True):
    """A part of a text; `found` where it is a word that the query asked for."""

    text: str
    found: bool


def clean(text: str) -> str:
    """Text that can be analysed: composed accents, no halves of surrogate pairs."""
    whole = text.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFC", whole)


def query_words(text: str) -> list[str]:
    """The distinct words of a query in their order. Operators and quotes are no words."""
    words = WORDS.analyze(clean(text[:LONGEST_QUERY]))
    return list(dict.fromkeys(words))[:MOST_WORDS]


def is_filler(word: str) -> bool:
    """Whether the word is of those that every text has: `the`, `and`, `for`."""
    return not _TELLING.analyze(word)


def stem(word: str) -> str:
    """`boot` of `boots`; the word itself where it has no other form."""
    stems = _STEMS.analyze(word)
    return stems[0] if stems else word


def highlight(text: str, terms: Collection[str]) -> list[Piece]:
    """`text` in pieces, of which those whose word is in `terms` are found."""
    whole = clean(text)
    pieces, end = [], 0
    for token in WORDS.pre_tokenize(whole).tokens:
        if token.text not in terms:
            continue
        if token.char_offset_from > end:
            pieces.append(Piece(whole[end : token.char_offset_from], found=False))
        pieces.append(Piece(whole[token.char_offset_from : token.char_offset_to], found=True))
        end = token.char_offset_to
    if end < len(whole):
        pieces.append(Piece(whole[end:], found=False))
    return pieces
