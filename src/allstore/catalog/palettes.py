"""Colours and surface patterns of the pictures."""

import colorsys

import msgspec

HUES: dict[str, tuple[int, int]] = {
    "fruit": (-15, 100),
    "vegetables": (12, 36),
    "bread": (26, 40),
    "cheese": (38, 54),
    "fish": (170, 240),
    "jeans": (195, 235),
    "pumpkin": (16, 36),
    "guitar": (10, 42),
    "violin": (8, 32),
    "table": (14, 42),
    "bookcase": (14, 42),
    "dresser": (10, 48),
    "pizza": (0, 16),
    "burger": (0, 14),
    "sandwich": (0, 14),
    "juice": (0, 100),
    "formalshoe": (5, 35),
}
"""Styles that look wrong in just any colour; degrees on the colour wheel."""
METALS = ((44, 0.62), (210, 0.1), (18, 0.45))
"""Gold, silver and rose gold, of which jewelry is made: hue and saturation."""
JEWELS = frozenset({"necklace", "earrings", "bracelet", "ring", "watch"})
LOUD_HUE, LOUD_WIDTH = 110, 75
PALE = {"pizza": (45.0, 0.9, 0.78)}
"""The light tone of a style, where it is not that of the main colour."""


class Palette(msgspec.Struct, frozen=True):
    """The tones of one picture as CSS colours."""

    main: str
    dark: str
    light: str
    accent: str
    accent_dark: str
    ink: str
    white: str
    panel: str
    shape: str


def palette(style: str, spin: float, offset: float, depth: float) -> Palette:
    """Tones from three numbers in 0..1: the main hue, its distance to the accent, and depth."""
    low, high = HUES.get(style, (0, 360))
    hue = low + (high - low) * spin
    accent = hue + (150, 180, 35, 210, 120)[int(offset * 5) % 5]
    strength = 0.66
    second = accent
    if style in JEWELS:
        second, strength = METALS[int(offset * 97) % len(METALS)]
    lightness = 0.5 + 0.12 * depth
    light = PALE.get(style, (hue, 0.62, 0.8))
    return Palette(
        main=colour(hue, 0.58, lightness),
        dark=colour(hue - 8, 0.55, lightness - 0.17),
        light=colour(*light),
        accent=colour(second, strength, 0.64),
        accent_dark=colour(second - 8, strength * 0.65, 0.36),
        ink=colour(hue, 0.22, 0.2),
        white=colour(hue, 0.6, 0.975),
        panel=colour(accent, 0.45, 0.93),
        shape=colour(accent + 12, 0.5, 0.86),
    )


def colour(hue: float, saturation: float, lightness: float) -> str:
    """A CSS colour; greens are calmed, which look louder than other hues of equal saturation."""
    distance = abs(hue % 360 - LOUD_HUE) / LOUD_WIDTH
    calm = 1.0 - 0.42 * max(1.0 - distance, 0.0)
    channels = colorsys.hls_to_rgb(hue % 360 / 360, lightness, saturation * calm)
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


PATTERNS = (
    "",
    "",
    '<path d="M0 5H20M0 15H20" stroke="{tone}" stroke-width="4"/>',
    '<path d="M5 0V20M15 0V20" stroke="{tone}" stroke-width="3"/>',
    '<circle cx="5" cy="5" r="2.6" fill="{tone}"/><circle cx="15" cy="15" r="2.6" fill="{tone}"/>',
    '<path d="M0 20L20 0M-5 5L5 -5M15 25L25 15" stroke="{tone}" stroke-width="4"/>',
    '<path d="M0 0H10V10H0ZM10 10H20V20H10Z" fill="{tone}"/>',
    '<path d="M0 10L5 5L10 10L15 5L20 10" fill="none" stroke="{tone}" stroke-width="3"/>',
    '<path d="M10 4L16 10L10 16L4 10Z" fill="{tone}"/>',
    '<path d="M0 6Q5 0 10 6T20 6M0 16Q5 10 10 16T20 16" fill="none" stroke="{tone}"/>',
    '<path d="M10 6V14M6 10H14" stroke="{tone}" stroke-width="2.5" stroke-linecap="round"/>',
)
"""Tiles of 20 by 20 over the main colour; the empty ones leave it plain."""

PLAIN = frozenset({"fruit", "vegetables", "bread", "cheese", "pumpkin", "violin", "juice"})
"""Styles that bear no pattern."""

BACKDROPS = (
    '<circle cx="200" cy="196" r="150"/>',
    '<path d="M70 400V190A130 130 0 0 1 330 190V400Z"/>',
    '<path d="M60 130Q120 20 230 60Q370 70 350 220Q350 350 210 345Q40 360 45 230Q40 170 60 130Z"/>',
    '<path d="M0 290Q100 230 200 280T400 260V400H0Z"/><circle cx="310" cy="100" r="46"/>',
    '<rect x="62" y="62" width="276" height="276" rx="60" transform="rotate(12 200 200)"/>',
    '<path d="M0 0H400V110Q300 170 200 120T0 150Z"/><circle cx="90" cy="310" r="54"/>',
    '<circle cx="130" cy="150" r="104"/><circle cx="270" cy="240" r="112"/>',
)
