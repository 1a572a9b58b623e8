"""Every bound of the head office with its reason. Times in ms, sizes in characters unless said otherwise."""

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

# Lists
PAGE = 50
"""Rows of a page when nobody asks for another size: one screen."""
PAGE_MAX = 200
"""Rows of one page at most: an answer stays well below a megabyte."""
SEARCH = 40
"""Characters of a search text."""

# People of the office
USER_NAME = r"^[a-z][a-z0-9._-]{1,31}$"
"""A sign-in name is typed often and stands in facts: plain ASCII, never a phone number."""
ROLE = r"^[a-z][a-z0-9_]{1,31}$"
"""A role's code stands in facts and in addresses."""
ROLES = 50
"""Roles that a chain makes itself: beyond that nobody knows who may do what."""
GROUPS = 200
"""Departments and types of staff together."""
STAFF = 500
"""Staff of one branch, also those who left: years of a large one."""
PASSWORD = (10, 128)
"""Length decides a password's strength; the upper bound keeps scrypt's input small."""
SCRYPT_N = 2**14
SCRYPT_R = 8
SCRYPT_P = 1
SCRYPT_BYTES = 32
"""16 MiB and about 50 ms a try. The same figures serve the PINs of branches' staff: edge nodes check those."""
HASHES_WAITING = 64
"""Everybody of an office signing in at once; more is an attack and is told to come back."""
SALT_BYTES = 16
TOKEN_BYTES = 32
FREE_FAILURES = 5
"""Wrong passwords before sign-in waits; typing errors happen."""
FAILURE_DELAY = 30 * SECOND
"""The first wait; it doubles with each further failure …"""
FAILURE_DELAY_MAX = 15 * MINUTE
"""… up to this: slow for a guesser, no lasting lock-out of a person by somebody else."""
STRANGERS = 10_000
"""Names that nobody has of which failures are kept: to have one forgotten costs as many tries of scrypt, minutes of
all that HQ hashes, and the table stays below 2 MB."""
SESSION_LIFE = 12 * HOUR
"""One working day; then sign in again."""
SESSIONS_PER_USER = 20
"""Browsers of one person; the oldest is signed out."""
ENTRUSTED = 7 * DAY
"""Before an account that a colleague made or opened counts as a second person: who was locked out by it, or reads the
journal, has a working week to notice."""

# Texts
DISPLAY = 40
NOTE = 200
"""Reasons and notes stand in facts: commerce.limits.TEXT_MAX."""
BRANCH_NAME = 64
SETTING_VALUE = 15_000
"""Characters of one setting's JSON: a receipt's template or logo (edge_node.limits.PAPER_TEMPLATE); all of four bytes
they still fit a feed row of 64 KiB."""
DEVICE_MATCH = 256
TILL_NAME = 16
PAPER_TEMPLATE = 12_000
PAPER_LOGO = 12_000
PAPER_TEXT = 1_000
PAPER_COPIES = 3
PRIVACY_TEXT = 6_000
DISPLAY_TEXT = 300
PAYMENT_CODE = 200
PAYMENT_CODES = 2
TENDERS = 64
TIMED_ITEMS = 50
GIFTS = 100
CUSTOM_FIELDS = 24
CUSTOM_CHOICES = 40
SHORTCUTS = 64
FIXED_AMOUNTS = 12
CATEGORY_ORDER = 200
IDLE_PICTURES = 20
DEVICE_RULES = 32
"""Bounds of parameters: those of edge_node.limits, where their reasons stand. A test holds the two together."""
PLANS_WAITING = 200
"""Changes of parameters that wait for their time: a year of weekly ones for a few branches."""
SETTINGS = 1_000
"""Settings of one level read at once: all that there are, and those that older or newer versions left."""
AHEAD = 400 * DAY
"""How far ahead a change may be planned: next year's opening; further away it is a typing error."""
PIN = (4, 12)
"""Digits of a staff member's PIN, as edge nodes take it."""

PHONE = (5, 15)
"""Digits: E.164 has at most 15, short landline numbers of small towns have 5."""
CARD = 32
"""Characters of a card's number."""

# What branches read
PLANS = 200
"""Plans on sale in one chain: nobody oversees more."""
PICTURES = 5_000
"""Pictures of one chain: 240 MB at the very most on every branch's disk, mostly a fifth of that."""
COUPONS = 100
"""Coupons of one template given to one member at once; more is a typing error."""

# Codes
ENROLMENT_LIFE = 3 * DAY
"""Long enough for a parcel with the box, short enough for a lost note."""
