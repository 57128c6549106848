"""Single values as collections write them: prices, titles, categories, images, texts."""

import html
import json
import math
import re
from collections.abc import Iterator
from typing import Any

LONGEST_TITLE = 200
LONGEST_TEXT = 1000
LONGEST_DESCRIPTION = 20_000

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_SPACES = re.compile(r" {2,}")
_MARKUP = re.compile(r"<[^<>]*>")
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>[^<]*", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?](?=\s)")
_AMOUNT = re.compile(
    r"(?P<sign>[$€£¥]?) ?(?P<digits>(?:\d|[.,](?=\d))[\d.,' \u00a0]*)(?P<share>%?)"
)
_THUMBNAIL = re.compile(r"\._[^/]*_(?=\.[A-Za-z]+$)")
_LONGEST_PRICE = 64
_SHORTEST_SENTENCE = 40
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:(?:,\d{3})+|(?:\.\d{3}){2,})")
_DEEPEST = 8
_MOST_BULLETS = 20


def one_line(text: str) -> str:
    """White space and control characters as single spaces."""
    return _SPACES.sub(" ", _CONTROL.sub(" ", text)).strip()


def clean(text: str) -> str:
    """On one line, with HTML's entities decoded."""
    return one_line(html.unescape(text) if "&" in text else text)


def title(text: str) -> str:
    """Cleaned, and at most LONGEST_TITLE characters: whole sentences, or else whole words."""
    whole = clean(text)
    if len(whole) <= LONGEST_TITLE:
        return whole
    ends = [m.end() for m in _SENTENCE.finditer(whole, _SHORTEST_SENTENCE, LONGEST_TITLE + 1)]
    if ends and ends[-1] <= LONGEST_TITLE:
        return whole[: ends[-1]]
    words, space, _ = whole[: LONGEST_TITLE - 1].rpartition(" ")
    return f"{words if space else whole[: LONGEST_TITLE - 1]}…"


def price(text: str) -> float | None:
    """The first amount in a text such as `$1,299.00` or `$5 - $10`; None where there is none.

    One behind a sign of currency goes before others, and a percentage is none.
    """
    amounts = [found for found in _AMOUNT.finditer(text[:_LONGEST_PRICE]) if not found["share"]]
    if len(text) > _LONGEST_PRICE or not amounts:
        return None
    found = next((amount for amount in amounts if amount["sign"]), amounts[0])
    if text[: found.start()].rstrip(" $€£").endswith("-"):
        return None
    digits = re.sub(r"[' \u00a0]", "", found["digits"]).rstrip(".,")
    amount = _decimal(digits)
    return amount if amount is not None and math.isfinite(amount) else None


def is_range(text: str) -> bool:
    """Whether a price text names two amounts."""
    return len(text) <= _LONGEST_PRICE and bool(re.search(r"\d\s*(?:-|to|\u2013)\s*\D?\s*\d", text))


def _decimal(digits: str) -> float | None:
    """Of thousands in groups, or with decimals behind the last mark; `1,234` is of thousands."""
    if _GROUPED.fullmatch(digits):
        return float(re.sub(r"\D", "", digits))
    mark = max(digits.rfind("."), digits.rfind(","))
    if mark < 0:
        return float(digits)
    if digits.count(digits[mark]) > 1:
        return None
    return float(f"{re.sub(r'[.,]', '', digits[:mark])}.{digits[mark + 1 :]}")


def categories(text: str) -> str | None:
    """All names of a category, a list of them, lists of lists, or `a|b`, joined by `|`."""
    document = _document(text)
    names = (part for leaf in _leaves(document) for part in leaf.split("|"))
    cleaned = dict.fromkeys(clean(name) for name in names)
    cleaned.pop("", None)
    joined = "|".join(cleaned)
    while len(joined) > LONGEST_TEXT:
        joined = joined.rpartition("|")[0] or joined[:LONGEST_TEXT]
    return joined or None


def image(text: str) -> str | None:
    """The address of a picture, or of the first of a list, in its full size."""
    document = _document(text)
    first = next((leaf for leaf in _pictures(document) if leaf.strip()), None)
    if first is None:
        return None
    address = _THUMBNAIL.sub("", clean(first))
    return address if address and len(address) <= LONGEST_TEXT else None


def description(text: str) -> str | None:
    """A text, or a list's texts in a row, without markup, at most LONGEST_DESCRIPTION long."""
    joined = " ".join(_leaves(_document(text)))
    plain = clean(_MARKUP.sub(" ", _SCRIPT.sub(" ", joined)) if "<" in joined else joined)
    return plain[:LONGEST_DESCRIPTION].rstrip() or None


def bullets(text: str) -> str | None:
    """The texts of a list as a JSON list, cleaned; None where it is no list or an empty one."""
    document = _document(text)
    if not isinstance(document, list):
        return None
    plain = (clean(_MARKUP.sub(" ", _SCRIPT.sub(" ", leaf))) for leaf in _leaves(document))
    found = [leaf[:LONGEST_TEXT] for leaf in plain if leaf][:_MOST_BULLETS]
    return json.dumps(found) if found else None


def short_text(text: str) -> str | None:
    """Cleaned, at most LONGEST_TEXT characters, None where nothing is left."""
    return clean(text)[:LONGEST_TEXT].rstrip() or None


def _document(text: str) -> Any:
    """JSON in a string, or the string."""
    if text.lstrip()[:1] not in {"[", "{"}:
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _leaves(document: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(document, str):
        yield document
    elif isinstance(document, list) and depth < _DEEPEST:
        for member in document:
            yield from _leaves(member, depth + 1)
    elif isinstance(document, (int, float)) and not isinstance(document, bool):
        yield str(document)


def _pictures(document: Any) -> Iterator[str]:
    """Addresses in the order of a list; of one picture the largest comes first."""
    if isinstance(document, dict):
        for size in ("hi_res", "large", "thumb"):
            yield from _pictures(document.get(size))
    elif isinstance(document, list):
        for member in document:
            yield from _pictures(member)
    elif isinstance(document, str):
        yield document
