"""Print `docs/compatibility.md`: `python -m aisle.wire.compatibility > docs/compatibility.md`."""

import sys

from aisle.wire.compatibility.page import page

if __name__ == "__main__":
    sys.stdout.write(page())
