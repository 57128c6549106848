"""A drawn picture for each product, in colours of its own: the glyph of its style or of what it is
like, else an emblem of its category.
"""

import hashlib
import re
from functools import cache
from importlib.resources import files
from string import Template
from xml.sax.saxutils import escape

from allstore.catalog.emblems import emblem
from allstore.catalog.likeness import drawn_as
from allstore.catalog.models import Product
from allstore.catalog.palettes import BACKDROPS, PATTERNS, PLAIN, Palette, palette
from allstore.catalog.taxonomy import CATEGORIES

GLYPH = re.compile(r'^<g id="(\w+)">(.*)</g>$', re.MULTILINE)
SIZE = 1.68
ONE_WAY = frozenset({"television", "laptop", "watch", "clock", "comic", "cookbook", "soda"})
"""Styles that are not mirrored."""


def picture(product: Product) -> str:
    """A self-contained SVG document, 400 by 400, the same each time for a product's id."""
    digest = hashlib.sha256(product.id.encode()).digest()
    shares = [byte / 256 for byte in digest]
    style = drawn_as(product)
    tones = palette(style, shares[0], shares[1], shares[2])
    key = "p" + digest.hex()[:10]
    drawn = _coloured(_drawing(product, style), key, tones)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 400" role="img">'
        f"<title>{escape(product.name)}</title>"
        f"{_pattern(key, style, digest[3], digest[4], tones)}"
        f'<rect width="400" height="400" fill="{tones.panel}"/>'
        f'<g fill="{tones.shape}">{_pick(BACKDROPS, digest[5])}</g>'
        f'<ellipse cx="200" cy="338" rx="{104 + 24 * shares[6]:.0f}" ry="13" '
        f'fill="{tones.ink}" opacity=".13"/>'
        f'<g transform="{_pose(style, shares)}">{drawn}</g>'
        "</svg>"
    )


@cache
def glyphs() -> dict[str, Template]:
    """The drawings by style, on 200 by 200; `$A` and the like stand for the palette's tones."""
    folder = files("allstore.catalog").joinpath("glyphs")
    texts = (folder.joinpath(f"{name}.svg").read_text("utf-8") for name in CATEGORIES)
    return {name: Template(body) for text in texts for name, body in GLYPH.findall(text)}


def _drawing(product: Product, style: str) -> Template:
    """The style's glyph; for a style of another catalogue, an emblem, one shape a category."""
    glyph = glyphs().get(style)
    number = hashlib.sha256(product.category.encode()).digest()[0]
    return glyph or emblem((product.category, product.style, product.name), number)


def _coloured(drawing: Template, key: str, tones: Palette) -> str:
    return drawing.substitute(
        P=f"url(#{key})",
        A=tones.main,
        B=tones.dark,
        C=tones.light,
        D=tones.accent,
        E=tones.accent_dark,
        K=tones.ink,
        W=tones.white,
    )


def _pattern(key: str, style: str, kind: int, size: int, tones: Palette) -> str:
    """The main colour, plain or patterned, as a fill called `key`."""
    tile = "" if style in PLAIN else _pick(PATTERNS, kind).format(tone=tones.light)
    scale = 0.6 + size / 256 * 0.7
    turn = (0, 0, 20, -30)[size % 4]
    return (
        f'<defs><pattern id="{key}" width="20" height="20" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({turn}) scale({scale:.2f})">'
        f'<rect x="-1" y="-1" width="22" height="22" fill="{tones.main}"/>'
        f'<g opacity=".6">{tile}</g></pattern></defs>'
    )


def _pose(style: str, shares: list[float]) -> str:
    """Centred, a little turned and stretched, half of them mirrored."""
    turn = (shares[7] - 0.5) * 10
    mirrored = style in glyphs() and style not in ONE_WAY
    mirror = -1 if mirrored and round(shares[8]) else 1
    wide = SIZE * (0.95 + 0.12 * shares[9]) * mirror
    high = SIZE * (0.95 + 0.12 * shares[10])
    return (
        f"translate(200 202) rotate({turn:.1f}) scale({wide:.3f} {high:.3f}) translate(-100 -100)"
    )


def _pick(options: tuple[str, ...], index: int) -> str:
    return options[index % len(options)]
