"""The words the store's names and descriptions are made of."""

import csv
from importlib.resources import files

import msgspec

from allstore.catalog.styles import Style

THEMES = {
    "classic": (
        "Linden Harrow Ashby Marlow Whitby Calder Alder Merton Selby Thorne Ellery Wexford",
        "timeless|trusty|well-cut|traditional|dependable",
    ),
    "sporty": (
        "Kestrel Velo Stride Northpeak Tempo Swift Summit Ridgeline Torrent Sprint Pacer Volta",
        "light|quick|energetic|agile|tough",
    ),
    "rustic": (
        "Hearth Bramble Oakmoss Juniper Tansy Heath Furrow Millstone Barley Thistle Fern Orchard",
        "earthy|hearty|homespun|weathered|simple",
    ),
    "bold": (
        "Neon Zephyr Pico Riot Mango Comet Jolt Tango Prism Flare Mambo Bolt",
        "bright|playful|loud|cheeky|colourful",
    ),
    "minimal": (
        "Nord Kin Plano Mono Sora Lund Fjell Vik Tomo Aki Hygg Sten",
        "calm|clean|pared-back|quiet|slim",
    ),
    "luxurious": (
        "Vesper Aurelia Duchess Corvina Belmonte Seraphine Opaline Montreval Luz Ravello Imperia",
        "refined|opulent|elegant|indulgent|graceful",
    ),
}
"""A theme runs through a maker's name and the adjectives: what a shopper's taste is about."""

OPENERS = (
    "{Adjective} {noun} {made}, with {trait}.",
    "{Adjective}, {second} {noun} {made}, chosen {use}.",
    "{maker}'s {adjective} {noun}: {made}, with {trait}.",
    "{Made}: {adjective} {noun} {use}.",
    "{Adjective} {noun} {use}, {made}.",
)
CLOSERS = (
    "",
    "Expect {other_trait}.",
    "Just right {other_use}.",
    "A favourite of ours {other_use}.",
    "Shoppers praise {other_trait}.",
    "Known for {other_trait}, and good {other_use}.",
)


class Phrases(msgspec.Struct, frozen=True):
    """What can be said of a category: how it is made, what it offers, what it is for."""

    made: tuple[str, ...]
    traits: tuple[str, ...]
    uses: tuple[str, ...]


def _read() -> dict[str, Phrases]:
    text = files("allstore.catalog").joinpath("phrases.csv").read_text("utf-8")
    return {
        row["category"]: Phrases(
            tuple(row["made"].split("|")),
            tuple(row["traits"].split("|")),
            tuple(row["uses"].split("|")),
        )
        for row in csv.DictReader(text.splitlines())
    }


def _read_made() -> dict[str, tuple[str, ...]]:
    text = files("allstore.catalog").joinpath("made.csv").read_text("utf-8")
    return {
        row["style"]: tuple(row["made"].split("|")) for row in csv.DictReader(text.splitlines())
    }


PHRASES = _read()
MADE = _read_made()
"""How products of some styles are made, where what is said of their category would not fit."""
MAKERS = tuple(tuple(makers.split()) for makers, _ in THEMES.values())
ADJECTIVES = tuple(tuple(words.split("|")) for _, words in THEMES.values())


def describe(maker: str, noun: str, style: Style, theme: int, draws: list[int]) -> str:
    """One or two sentences; `draws` are eight random integers that choose the words."""
    phrases, adjectives = PHRASES[style.category], ADJECTIVES[theme]
    opener, closer, word, made, trait, use, more_trait, more_use = draws
    text = OPENERS[opener % len(OPENERS)] + " " + CLOSERS[closer % len(CLOSERS)]
    words = {
        "maker": maker,
        "noun": _lower(noun),
        "adjective": _pick(adjectives, word),
        "second": _pick(adjectives, word + 1 + more_use % (len(adjectives) - 1)),
        "made": _pick(MADE.get(style.id, phrases.made), made),
        "trait": _pick(phrases.traits, trait),
        "use": _pick(phrases.uses, use),
        "other_trait": _pick(phrases.traits, trait + 1 + more_trait % (len(phrases.traits) - 1)),
        "other_use": _pick(phrases.uses, use + 1 + more_use % (len(phrases.uses) - 1)),
    }
    capitals = {key.capitalize(): _capital(words[key]) for key in ("adjective", "made")}
    return text.format(**words, **capitals).strip()


def bullet_points(style: Style, draws: list[int]) -> list[str]:
    phrases = PHRASES[style.category]
    made, trait, use, step = draws
    other = trait + 1 + step % (len(phrases.traits) - 1)
    points = (
        _pick(MADE.get(style.id, phrases.made), made),
        _pick(phrases.traits, trait),
        _pick(phrases.traits, other),
        "made " + _pick(phrases.uses, use),
    )
    return [_capital(point) for point in points]


def _pick(options: tuple[str, ...], index: int) -> str:
    return options[index % len(options)]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(noun: str) -> str:
    return " ".join(word if word.isupper() else word.lower() for word in noun.split())
