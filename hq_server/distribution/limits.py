"""Bounds of the feeds, with their reasons."""

PAGE_ROWS = 500
"""Rows of a page: applied by a branch in one transaction while its tills go on selling."""

PAGE_BYTES = 128 * 1024
"""Keys and bodies of a page: half the protocol's bound, a second of a slow line."""

KEYS_PER_STEP = 5_000
"""Rows built in one transaction: a new catalogue of 100,000 products does not hold HQ up."""

HISTORY_DAYS = 400
"""Superseded reference rows are kept so long: a sale names the positions at which it was priced (sync.md)."""
