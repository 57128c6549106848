"""Drawings for products of a style that has no glyph: a plain thing with the category's initial."""

from string import Template
from xml.sax.saxutils import escape

SHAPES = (
    (
        '<path d="M40 66L100 36L160 66V140L100 172L40 140Z" fill="$P"/>'
        '<path d="M40 66L100 36L160 66L100 92Z" fill="$C"/>'
        '<path d="M100 92V172L160 140V66Z" fill="$B" opacity=".35"/>'
    ),
    (
        '<path d="M70 64Q70 26 100 26T130 64" fill="none" stroke="$E" stroke-width="7"/>'
        '<path d="M44 62H156L166 172H34Z" fill="$P"/><path d="M44 62H156L158 78H42Z" fill="$B"/>'
    ),
    (
        '<rect x="56" y="28" width="88" height="24" rx="8" fill="$E"/>'
        '<rect x="44" y="48" width="112" height="126" rx="24" fill="$P"/>'
        '<path d="M58 70V150" stroke="$W" stroke-width="6" stroke-linecap="round" opacity=".6"/>'
    ),
    (
        '<path d="M100 24L164 74V172H36V74Z" fill="$P"/><circle cx="100" cy="58" r="10" fill="$W"/>'
        '<path d="M100 52Q92 20 124 16" fill="none" stroke="$E" stroke-width="5"/>'
    ),
    (
        '<rect x="34" y="62" width="132" height="110" rx="10" fill="$P"/>'
        '<path d="M34 84H166" stroke="$D" stroke-width="12"/>'
        '<path d="M100 60Q60 62 64 38T100 60Q140 62 136 38T100 60" fill="none" stroke="$D" '
        'stroke-width="9"/>'
    ),
)
"""On 200 by 200, in the tones of a glyph."""


def emblem(words: tuple[str, ...], number: int) -> Template:
    """One of `SHAPES`, with the initial of the first of the words that begins with a letter."""
    initial = next((word[0].upper()[0] for word in words if word[:1].isalpha()), "")
    return Template(
        SHAPES[number % len(SHAPES)]
        + '<circle cx="100" cy="126" r="31" fill="$W"/>'
        + '<text x="100" y="140" font-family="Georgia,serif" font-size="40" text-anchor="middle" '
        + f'fill="$K">{escape(initial)}</text>'
    )
