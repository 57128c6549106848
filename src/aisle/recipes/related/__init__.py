"""Related items: which items go with an item."""
