"""Every bound of what head office does with members, with its reason."""

from hq_server.head_office.limits import CUSTOM_CHOICES, CUSTOM_FIELDS, DAY, DISPLAY, NOTE, PAGE_MAX, SEARCH

__all__ = ["CUSTOM_CHOICES", "CUSTOM_FIELDS", "DAY", "DISPLAY", "NOTE", "PAGE_MAX", "SEARCH"]

PROFILE_VALUE = 200
"""Characters of a profile's field, as tills take it (edge_node.limits)."""
HISTORY = 200
"""Past values of one profile that are shown."""
TAG = 20
"""Characters of a tag: it stands in a row of a table."""
TAGS = 200
"""Tags of one chain: nobody oversees more."""
TAGS_PER_MEMBER = 20
"""Tags of one member: they stand beside the name."""
TAGGED = 500
"""Members tagged by one request: a few pages of a list."""
FIELD_VERSIONS = 20
"""Versions of the profile fields that are shown."""
ACTS_SHOWN = 20
"""Acts that are shown before a merge is taken back: the rest stands in the timeline."""

# Top-ups in batches
BATCH_NAME = 60
BATCH_ROWS = 5_000
"""Rows of one batch: a company's staff; its file fits a request and its preview is read by a person."""
FILE_BYTES = 180 * 1024
"""Bytes of an uploaded list: as base64 within one request's body. 5,000 lines of phone and amount have 130 KiB."""
CELL = 80
"""Characters of one cell that are looked at."""
CHOSEN = 20_000
"""Members that one batch takes from a filter of the list: half a second of the one writer's time (measured)."""
SOURCE = 300
"""Characters that say where a batch's rows come from: a file's name, or the filters of the list."""
ALONE = 500_000
"""Minor units that one person may give out by a batch; more needs a second one (setting ``batch_alone``)."""
COUPONS_ALONE = 500
"""Coupons that one person may give out by a batch; more needs a second one (setting ``coupons_alone``)."""
UNDO_DAYS = 7
"""Days in which top-ups may be undone where nobody set ``undo_days``, as tills have it."""
CHUNK = 100
"""Rows carried out in one transaction: a few milliseconds each, so that branches are served between."""

# Cards
CARD_DIGITS = (4, 10)
"""Digits of a serial: with a prefix and a check digit a number has six at least (commerce.card_ranges)."""
CARD_BATCH = 20_000
"""Cards of one batch: what a printer takes in one order; its list has 300 KiB."""
CARD_BATCHES = 1_000
"""Batches of one chain that are listed."""
