"""Every bound of provisioning, with its reason. Times are milliseconds unless the name says otherwise."""

from __future__ import annotations

from typing import Final

MINUTE: Final = 60_000
DAY: Final = 24 * 60 * MINUTE

# --- files -----------------------------------------------------------------------------------------------
SECRET_BYTES: Final = 64 * 1024
"""Largest file in a keystore: the largest real one (an enrolment record) is below 4 kB."""

# --- ids -------------------------------------------------------------------------------------------------
ID_BYTES: Final = 16
"""Chain, node and incarnation ids are 128 random bits (never derived from time or count)."""
BRANCH_ID_CHARS: Final = 16
"""A branch id stands in account names, feed names and on receipts, where longer ones do not fit."""
BRANCH_NAME_CHARS: Final = 64
"""A shop's name as staff read it; it travels inside the certificate's grant, not inside the certificate."""

# --- certificates ----------------------------------------------------------------------------------------
CERTIFICATE_BYTES: Final = 4 * 1024
"""Ours are about 900 bytes; a parser is not given more."""
AUTHORITY_DAYS: Final = 30 * 365
"""The chain's CA outlives every box; replacing it means enrolling each node again."""
CERTIFICATE_DAYS: Final = 3 * 365
"""Node and HQ certificates, until a later issue renews them on the fly: longer than a box is left unattended,
short enough that a forgotten box falls out by itself."""

# --- one-time codes --------------------------------------------------------------------------------------
CODE_LIFETIME: Final = 3 * DAY
"""From HQ's office to a shop by chat or paper, over a weekend."""
CODE_LIFETIME_MAX: Final = 30 * DAY
"""A code is a door left ajar: nobody needs it open for more than a month."""
CODE_TEXT_CHARS: Final = 256
"""Pasted text looked at: the code is 65 characters with its hyphens; room for stray blanks around them."""

# --- enrolment messages ----------------------------------------------------------------------------------
REQUEST_BYTES: Final = 96 * 1024
"""A request with the longest history is about 70 kB."""
GRANT_BYTES: Final = 32 * 1024
"""A grant is about 9 kB: three certificates, one HPKE key, one sealed key."""
HISTORY_LOGS: Final = 256
"""Incarnations that a standalone node brings: one per restore of its disk; dozens would already be strange."""
SEQ_MAX: Final = 2**53
"""Largest number that every JSON reader keeps exact."""
TIME_MAX: Final = 253_402_300_799_000
"""9999-12-31T23:59:59Z, the last moment that a certificate can name."""
ERROR_PATH_CHARS: Final = 80
"""How much of a hostile body's own field names may enter an error text."""

# --- attempts --------------------------------------------------------------------------------------------
ATTEMPTS: Final = 10
"""Failed enrolments per source and window: a person mistypes thrice; a code's 90 bits need no more help."""
ATTEMPTS_WINDOW: Final = 10 * MINUTE
"""The window of ``ATTEMPTS``; also the longest that a person waits after too many."""
