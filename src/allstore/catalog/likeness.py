"""Which of the drawn things a product of any catalogue is most like, by its words."""

import re

from allstore.catalog.models import Product
from allstore.catalog.taxonomy import STYLES

_WORDS = {
    "handbag": "bag duffel purse tote",
    "backpack": "backpack daypack knapsack pack rucksack",
    "watch": "chronograph watch wristwatch",
    "sunglasses": "eyewear glasses goggle goggles sunglasses",
    "scarf": "bandana scarf shemagh",
    "jacket": "blazer coat jacket parka vest",
    "shirt": "apparel blouse clothing jersey polo shirt tee top tshirt",
    "dress": "dress skirt",
    "hoodie": "fleece hoodie pullover sweater sweatshirt",
    "jeans": "jean legging leggings pant pants short shorts tight tights trouser trousers",
    "socks": "sock socks stocking",
    "sneaker": "cleat footwear shoe sneaker trainer",
    "boot": "boot wader",
    "sandal": "flip-flop sandal slipper",
    "lipstick": "gloss lipstick",
    "perfume": "cologne fragrance perfume",
    "cream": "balm cream lotion moisturizer sunscreen",
    "makeupbrush": "brush",
    "necklace": "necklace pendant",
    "earrings": "earring earrings",
    "bracelet": "bracelet wristband",
    "novel": "book guide novel paperback",
    "comic": "comic",
    "headphones": "earbud earmuff earphone electronics headphone headphones headset",
    "camera": "camcorder camera",
    "television": "monitor television tv",
    "speaker": "radio speaker",
    "phone": "phone smartphone",
    "laptop": "computer laptop",
    "bouquet": "bouquet flower",
    "houseplant": "plant",
    "sofa": "couch sofa",
    "chair": "chair furniture seat stool",
    "table": "desk table",
    "dresser": "cabinet drawer dresser",
    "bookcase": "bookcase rack shelf",
    "lamp": "lamp lighting",
    "cushion": "cushion pillow",
    "clock": "clock timer",
    "rug": "carpet mat rug towel",
    "candle": "candle",
    "bowl": "bowl dish",
    "kitchenknife": "blade dagger folder knife machete",
    "pan": "cookware pan pot skillet wok",
    "mug": "cup mug tumbler",
    "guitar": "guitar ukulele",
    "keyboard": "keyboard piano",
    "drum": "drum",
    "violin": "violin",
    "tent": "canopy shelter tarp tent",
    "lantern": "flashlight headlamp lantern light torch",
    "kayak": "boat canoe kayak",
    "giftbox": "box card gift",
    "hammer": "axe hammer hatchet mallet",
    "drill": "drill",
    "screwdriver": "screwdriver tool",
    "saw": "saw",
    "juice": "juice",
    "soda": "soda",
    "coffee": "coffee espresso",
    "tea": "tea",
    "bread": "bread",
    "cheese": "cheese",
    "fish": "fish lure",
    "nuts": "nut nuts",
}
_STYLES = {word: style for style, words in _WORDS.items() for word in words.split()}
_BEHIND_THE_NOUN = re.compile(r"[,;:(\[|]| - | (?:with|for|by|in|of|from|to|and)\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z][a-z-]*[a-z]")


def drawn_as(product: Product) -> str:
    """The style whose drawing fits: its own, or that of the last word which names a thing in its
    title, or of a name of its categories; its own where none does.
    """
    if product.style in STYLES:
        return product.style
    title = _BEHIND_THE_NOUN.split(product.name, maxsplit=1)[0]
    texts = (title, product.name, product.style, *product.categories)
    return next((style for text in texts if (style := thing_in(text))), product.style)


def thing_in(text: str) -> str | None:
    """The style of the last word that names a thing; None where no word does."""
    for word in reversed(_WORD.findall(text.lower())):
        for form in (word, word.removesuffix("s"), word.removesuffix("es")):
            if form in _STYLES:
                return _STYLES[form]
    return None
