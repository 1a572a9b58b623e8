"""Bounds of the read models, each with its reason."""

FIGURE_MAX = 2**36
"""What one figure of one fact may be: 687 million in cents, six times the dearest amount of ``commerce.limits``.

Branches write the figures: so no sum of a hundred million facts leaves SQLite's 63 bits. A fact beyond it is listed and
not counted.
"""

TEXT = 200
"""Characters kept of a reason or a subject; whoever wants all of it opens the entry."""

CODE = 67
"""Characters kept of a number, a till, a staff number, an item, a tender: the longest of ``commerce.limits``."""

ENTRIES_PER_STEP = 1_000
"""Entries of one step: a tenth of a second, for branches wait behind it."""

RETRY_MS = 60_000
"""How long the follower rests after an error; selling and syncing go on."""

ATTENDANTS = 8
"""Who may share a line: tills allow four."""
