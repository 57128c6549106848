import string

from hypothesis import given, settings
from hypothesis import strategies as st

from allstore.search.text import MOST_WORDS, clean, highlight, query_words

TEXT = st.text(max_size=80) | st.text(alphabet=string.ascii_letters + " é<>&\"'-", max_size=80)


@settings(max_examples=50)
@given(TEXT, st.sets(st.text(max_size=4)))
def test_the_pieces_of_a_highlight_are_the_text(text: str, terms: set[str]) -> None:
    assert "".join(piece.text for piece in highlight(text, terms)) == clean(text)


@settings(max_examples=50)
@given(TEXT)
def test_what_is_found_are_the_words_asked_for(text: str) -> None:
    words = query_words(text)[:2]
    for piece in highlight(text, words):
        assert not set(query_words(piece.text)) & set(words) or piece.found


def test_a_found_word_stands_alone_and_keeps_its_form() -> None:
    pieces = highlight("Café-Kettle, 2 l", {"cafe", "kettle"})
    assert [(piece.text, piece.found) for piece in pieces] == [
        ("Café", True),
        ("-", False),
        ("Kettle", True),
        (", 2 l", False),
    ]


@settings(max_examples=50)
@given(st.text(max_size=400))
def test_the_words_of_a_query_are_few_distinct_and_plain(text: str) -> None:
    words = query_words(text)
    assert len(words) <= MOST_WORDS
    assert len(words) == len(set(words))
    assert all(word.isalnum() or not word.isascii() for word in words)
