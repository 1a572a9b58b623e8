"""Every bound of the edge node with its reason. Sizes in bytes or characters, times in ms, money in minor units."""

SECOND = 1000
MINUTE = 60 * SECOND
DAY = 24 * 60 * MINUTE

# Storage
BUSY_TIMEOUT_MS = 5000
"""A backup or `verify` may hold the file for a moment; a till may not wait longer."""
CACHE_KIB = 2_000
"""Page cache: a sale touches some forty pages of 4 KiB; the system's own cache holds the rest of the file."""
WAL_KEPT = 16 * 1024 * 1024
"""After a checkpoint the WAL file shrinks to this."""

# Members' value
MEMBER_LOTS = 200
"""Lots of one member that may pay here (commerce.limits.USES_MAX)."""
GIFTS = 100
"""Gifts that points are redeemed for: two screens, and as JSON they fit SETTING_VALUE."""
GIFTS_AT_ONCE = 100
"""The same gift in one act; more is a typing error."""
EXPIRING_DAYS = 30
"""A member is told of value that expires within a month: time enough for one more visit."""

# Names and texts
TILL = 16
STAFF_NUMBER = 16
NOTE = 200
NAME = 40
"""A person's name: the longest registered Chinese names have 15 characters, foreign ones 40."""
PROFILE_VALUE = 200
PHOTO = 24 * 1024
"""Bytes of a member's photo (JPEG): a face of 320 pixels; as base64 it fits a row of a feed."""
PHOTO_TEXT = 4 * PHOTO // 3
PROFILE_FIELDS = 24
PHONE_DIGITS = (5, 15)
"""E.164 has at most 15 digits; short landline numbers of small towns have 5."""
CARD = 32
CARD_SKIPS = 100_000
"""Serials of a branch's range passed over because their cards are out already: half a second, once after a restore."""
CARDS_PER_MEMBER = 20
"""A family with replacements; more is an attack on the index."""
ALIASES = 8
"""Merges of merged members that are followed: more is a loop."""
SEARCH_RESULTS = 20
"""A cashier reads one screen."""
SEARCH_TEXT = 40

# Shifts, baskets
PAYMENT_CODES = 2
"""Codes to be scanned beside a total: more cannot be told apart from two metres away."""
PAYMENT_CODE = 200
"""Characters of such a code: a QR code of 57 modules at most, which a phone still reads off a small screen."""
GIFT_CARDS_PER_SALE = 10
"""Gift cards that pay one sale: each is read from the database."""
TIMED_ITEMS = 50
"""Kinds of things billed by time: rooms, tables, machines."""
SESSIONS_RUNNING = 500
"""Timed sessions of one branch at once: a big hall of machines; they are all on one screen."""
FLOAT_MAX = 10_000_000
"""100,000.00 in a drawer at opening."""
CASH_ACT_MAX = 1_000_000_000
"""10,000,000.00 put in or taken out at once."""
TENDERS_COUNTED = 64
BASKETS_PER_TILL = 200
"""Open and held baskets: a restaurant's tables; more is a till that never pays."""
BASKET_BYTES = 128 * 1024
"""500 lines with notes take 60 kB."""
TOP_UP_MAX = 100_000_000
"""1,000,000.00 in one top-up: beyond it a transfer by bank is the right way."""
LISTED = 50
"""Rows of one list page."""

# Sign-in
PIN = (4, 12)
"""Digits: what a cashier types blind; scrypt and growing delays do the rest."""
PIN_SCRYPT_N = 2**14
PIN_SCRYPT_R = 8
PIN_SCRYPT_P = 1
"""16 MiB, about 50 ms: run it off the database thread."""
PIN_FREE_FAILURES = 3
"""Typing errors happen: the delay begins after these."""
PIN_DELAY_MS = 5 * SECOND
"""Doubles with each failure after the free ones."""
PIN_DELAY_CAP_MS = 15 * MINUTE
PIN_FAILURES_KEPT_MS = DAY
"""Then failures are forgotten: invented staff numbers fill no table, and a day's wait wins a guesser three tries."""
SIGN_IN_IDLE_MS = 16 * 60 * MINUTE
"""A till left alone over night asks again."""
SIGN_INS = 200
"""Live tokens of one branch."""

# Idempotency, requests
ANSWER_KEPT_MS = 90 * DAY
IDEMPOTENCY_N = 2**53
KEY_JUMP = 1_000_000
"""A key's number beyond its till's last: one request under another till's name must not use up all its numbers, and
a till that numbered while the node was away, at one act a second, comes to 86,400 a day."""
REQUESTS_WAITING = 32
"""As sync_protocol.limits.MAX_REQUESTS_OPEN."""
REQUESTS_KEPT = 1000

# Orders of HQ
RETURNS_PER_FACT = 500
"""Moves of one return: half the wire's bound, 20 KiB. The night on which all points expire orders thousands at once."""
EXPIRIES_PER_FACT = 50
"""Lots written off in one fact: an entry has 64 KiB, and each takes up to a kilobyte of it, for another branch may have
named its asset with 64 characters of four bytes, which stand there three times."""

# Devices
DEVICES = 100
"""Devices of one branch, used, offered or ignored: ten tills with six each, and what else hums in the network."""
DEVICE_NAME = 40
"""What a shop calls a device; a driver's name and the way it was found are shorter."""
DEVICE_ADDRESS = 256
"""An address or identity, as device_drivers.limits.ADDRESS_CHARS: the longest are paths under /dev/serial/by-id."""
DEVICE_OPTIONS = 2000
"""Options of one device, as JSON: sixteen with a word each take 500."""
DUTIES = 32
"""Works of one device: a printer that prints and opens drawers for sixteen tills."""
DEVICE_RULES = 32
"""Rules by which a chain takes devices into use."""
DEVICE_SEEN_MS = 10 * MINUTE
"""How exact it is kept when a device was last seen: each sighting would be a write."""

# Papers
PAPER_AGE_MS = DAY
"""A receipt older than this surprises whoever finds it: it waits for somebody to ask for it."""
PULSE_AGE_MS = 10 * SECOND
"""A drawer that opens later opens for nobody."""
PRINT_BACKOFF_MS = (SECOND, 30 * SECOND)
"""After a failure, doubling: somebody who put paper in waits half a minute at most."""
PRINT_ATTEMPTS = 3
"""Times that a paper may have come out, each but the first marked; then somebody has to look at that printer."""
ACK_USUAL_MS = 5 * SECOND
"""HQ acks within a second while it is connected: a younger entry is on its way, and its paper bears no mark."""
PRINT_JOBS_KEPT_MS = ANSWER_KEPT_MS
"""As long as a till may ask what became of an act; then a copy shows no balances any more."""
PRINT_JOBS_PRUNED = 5000
"""Jobs looked at in one go: three days of a busy branch, in milliseconds."""
PAPER_TEMPLATE = 12_000
"""Characters of a shop's own template, so that as JSON it fits SETTING_VALUE."""
PAPER_LOGO = 12_000
"""Characters of a logo as base64: a 1-bit PNG of 9 kB, 384 dots wide and as high."""
PAPER_TEXT = 1000
"""Characters of what a chain prints below each receipt."""
DISPLAY_TEXT = 300
"""The shop's words on an idle customer screen: three lines that can be read in passing."""
TYPING_LEAVE_MS = 2 * 60 * SECOND
"""For how long members may be typed once a shift lead has said so: one customer, and no more."""

PAPER_NUMBER = 24
"""Characters of a paper's number: as many as its barcode has room for (device_drivers.limits.BARCODE)."""
PAPER_COPIES = 3
SETTING_VALUE = 15_000
"""Characters of one setting's JSON, as hq_server.head_office.limits."""

# Tills
ATTENDANTS = 4
"""People who served one line together: a haircut has three."""
CUSTOM_FIELDS = 24
"""A chain's own fields of a member: what a registration form can still hold."""
CUSTOM_CHOICES = 40
TRAINING_IDLE_MS = 8 * 60 * MINUTE
"""A training world in which nobody has done anything for a shift is thrown away."""
PRIVACY_TEXT = 6000
"""Characters of the terms a member agrees to: more than anybody reads, and as JSON it fits SETTING_VALUE."""
SHORTCUTS = 64
FIXED_AMOUNTS = 12
"""Buttons of one row and a half."""
CATEGORY_ORDER = 200
"""Categories that a chain puts in an order of its own; nobody leafs through more."""
IDLE_PICTURES = 20
"""Pictures a customer screen goes through: five minutes at fifteen seconds each."""

# Payments
PAYMENTS_ASKING = 64
"""Payments nobody knows the end of yet: each till asks for one at a time."""
PAYMENT_ANSWER_MS = 10 * SECOND
"""A provider that takes longer to answer is silent."""
PAYMENT_CHARGE_MS = 15 * SECOND
"""A charge is not asked about earlier: it is being asked for."""
PAYMENT_POLL_MS = SECOND
"""How often a pending payment is asked about: the customer is typing."""
PAYMENT_BACKOFF_MS = (SECOND, 30 * SECOND)
"""A silent provider is asked again after these, doubling."""
PAYMENT_PATIENCE_MS = 3 * MINUTE
"""Then nobody stands at the till any more, and the payment is cancelled."""
PAYMENT_REF = 64
"""Characters of a provider's number of a payment, and of its code for a refusal."""

# Link
FRESH_LINK_MS = 60 * SECOND
"""Fresh value is returned to HQ in the issue entry if HQ was heard within this (clarifications)."""
CONNECTED_MS = 30 * SECOND
CLOCK_JUMP_MS = 10 * MINUTE
"""A node's clock this far from HQ's last time is shown to the cashier."""
