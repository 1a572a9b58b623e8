"""Every bound of the protocol, with its reason. Sizes in bytes, times in milliseconds."""

KIB = 1024
MIB = 1024 * KIB

# Numbers
MAX_NUMBER = 2**53
"""Amounts, counters and times: what JSON and JavaScript hold exactly, 90 trillion in minor units of 1/100."""
MAX_SEQ = 2**53
MAX_COUNTER_32 = 2**32 - 1
"""Session numbers, HQ epoch numbers: a live session a second for 136 years."""

# Names and ids
ID = 16
"""Chains, nodes, incarnations, sessions, lots: 128 random bits."""
HASH = 32
KEY_ID = 16
SIGNING_KEY = 32
SIGNATURE = 64
NONCE = 32
DATA_KEY = 32
MAX_KIND = 24
MAX_NAME = 128
"""Accounts, units, feeds and feed keys: a kind, a colon and two hex ids with room to spare."""
MAX_TEXT = 512
"""Texts of errors and software names: a line for a person."""

# Entries
MAX_ENTRY = 64 * KIB
"""A sale of 300 lines takes 40 KiB; personal data and pictures never enter a log."""
MAX_MOVES = 1000
MAX_POSTINGS = 4000
MAX_DEPTH = 16
"""Nesting of a canonical value: the deepest fact has 6 levels."""

# Batches
MAX_BATCH = 256 * KIB
"""On the wire: one second of a 2 Mbit/s line, so that small messages never wait longer for their turn."""
MAX_BATCH_UNPACKED = 4 * MIB
"""What a batch may take in memory once opened: 16 times the packed size stops decompression bombs."""
MAX_BATCH_ENTRIES = 4096
"""Bounds the list itself: 4 MiB of minimal entries would be 300,000 objects."""
BATCH_FILL = 240 * KIB
"""Entry bytes put into one batch: even if they do not compress at all, the batch stays under MAX_BATCH."""
MAX_HEADER = 1 * KIB
MAX_SIGNED = 512
"""A signed ack or close: under 250 bytes."""
WINDOW = 1 * MIB
"""Unacked batch bytes per session: fills 8 Mbit/s at a second's round trip; bounds what HQ must hold per node."""

# Openings, frames, messages
MAX_OPENING = 8 * KIB
MAX_SEALED = 2 * KIB
"""HPKE ciphertext of a data key: 1,168 bytes."""
MAX_LOGS = 64
"""Logs offered by one node: a new incarnation a month for five years."""
MAX_LOCATOR = 64
"""Exponentially spaced: 55 points reach back 2**53 entries."""
MAX_FRAMES = 2**32
"""Frames under one data key: AES-GCM with a counter nonce is sound far beyond it."""
MAX_MESSAGE = 320 * KIB
"""One message: a full batch or page and its wrapping."""
MAX_FRAME = MAX_MESSAGE + 64
MAX_QUEUED = 1000
"""Small messages waiting for a peer that does not read."""
MAX_FEEDS = 64
MAX_VERSIONS = 32
MAX_PAGE_ROWS = 2000
MAX_PAGE = 256 * KIB
"""Keys and bodies of one page together, for the same reason as MAX_BATCH."""
PAGE_PACKED_FROM = 1 * KIB
"""Message bytes of a page from which it travels compressed; below, a frame of its own saves nothing."""
MAX_ROW = 64 * KIB
MAX_BUNDLE = 32 * MIB
"""One bundle file: some 180,000 sales, half a year of a busy branch; what is beyond comes with the line, or later."""
MAX_BUNDLE_UNPACKED = 256 * MIB
"""All batches of a bundle opened together, what its receiver holds in memory: 8 times the file, as sales compress."""
PAGES_IN_FLIGHT = 4
"""Unconfirmed pages per feed: keeps a branch's apply queue short, still fills the line."""
MAX_PROFILES = 64
"""Rows of one PROFILES message: a page of edits."""
MAX_PROFILE_ROW = 40 * KIB
"""One field of a member: a photo has 32 KiB as base64."""
MAX_PROFILES_BYTES = 256 * KIB
"""Rows of one PROFILES message together, for the same reason as MAX_PAGE."""
MAX_REQUEST = 16 * KIB
MAX_ANSWER = 64 * KIB
MAX_ANSWER_ROWS = 200
MAX_REQUESTS_OPEN = 32
"""Requests without answer per session: a branch has fewer tills asking at once."""
MAX_HEALTH_DEVICES = 100
"""Devices told of: as many as a branch may have, 20 KiB with the longest names."""
MAX_DEVICE_NAME = 40
"""Characters of a device's name, as at the branch."""

# Papers
MAX_RECEIPT_BRANCH = 32
"""Characters of a branch's id in a receipt's code; ids have 16."""
MAX_RECEIPT_TEXT = 400
"""A code with the longest of everything has 360 characters: QR version 12 at level M, 5 dots a module on 58 mm."""

# Times
CONNECTED_MS = 30_000
"""Silence after which a node is not "connected" any more."""
PING_MS = 10_000
"""A quiet node pings this often: two pings may be lost before CONNECTED_MS."""
STALL_MS = 60_000
"""No durable ack for so long while something waits: reconnect; the second time, alarm."""
HEALTH_EVERY_MS = 300_000
"""A node tells how it is so often when nothing changes: what HQ shows is never much older than a glance."""
HEALTH_PAUSE_MS = 10_000
"""Between two HEALTH: a cable that comes and goes is told once; 500 branches make 50 small writes a second at worst."""
HEALTH_AT_ONCE = 4
"""HEALTH that HQ takes without a pause: a line that stood still for half a minute lets several through at once."""
BACKOFF_BASE_MS = 500
BACKOFF_CAP_MS = 10_000
"""A branch is back within seconds of its line's return; 500 branches make 90 attempts a second, which HQ can refuse."""
RETRY_AFTER_CAP_MS = 600_000
"""An unsigned source (a captive portal's 503) may delay us ten minutes at most."""
