"""The simulated store's categories, their styles, and the personas made of them."""

from allstore.catalog.models import Category
from allstore.catalog.styles import STYLES, Style

__all__ = ["CATEGORIES", "PERSONAS", "PERSONA_WEIGHTS", "STYLES", "Category", "Style", "styles_of"]


CATEGORIES = {
    category.id: category
    for category in (
        Category("accessories", "Accessories", has_gender_affinity=True),
        Category("apparel", "Apparel", has_gender_affinity=True),
        Category("beauty", "Beauty", has_gender_affinity=True),
        Category("books", "Books"),
        Category("colddrinks", "Cold Drinks"),
        Category("electronics", "Electronics"),
        Category("floral", "Floral"),
        Category("foodservice", "Food Counter"),
        Category("footwear", "Footwear", has_gender_affinity=True),
        Category("furniture", "Furniture"),
        Category("groceries", "Groceries"),
        Category("homedecor", "Home Decor"),
        Category("hotdrinks", "Hot Drinks"),
        Category("housewares", "Housewares"),
        Category("instruments", "Instruments"),
        Category("jewelry", "Jewelry", has_gender_affinity=True),
        Category("outdoors", "Outdoors"),
        Category("seasonal", "Seasonal"),
        Category("snacks", "Snacks"),
        Category("tools", "Tools"),
    )
}

PERSONA_WEIGHTS = (0.6, 0.25, 0.15)
"""The weight of a persona's first, second and third category."""

PERSONAS = (
    "apparel_footwear_accessories",
    "furniture_homedecor_housewares",
    "beauty_jewelry_apparel",
    "electronics_books_instruments",
    "outdoors_footwear_electronics",
    "tools_outdoors_furniture",
    "floral_homedecor_beauty",
    "groceries_housewares_books",
    "instruments_electronics_apparel",
    "books_hotdrinks_floral",
    "accessories_jewelry_footwear",
    "homedecor_seasonal_floral",
    "housewares_groceries_tools",
    "seasonal_furniture_jewelry",
    "snacks_colddrinks_foodservice",
    "foodservice_hotdrinks_snacks",
)
"""Fourteen of the web shop and two, an eighth, of the convenience store."""


def styles_of(category: str) -> tuple[Style, ...]:
    return tuple(style for style in STYLES.values() if style.category == category)
