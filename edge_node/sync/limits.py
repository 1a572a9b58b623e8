"""Bounds of the line to HQ, with their reasons, in ms; the protocol's own stand in ``sync_protocol.limits``."""

HANDSHAKE_MS = 30_000
"""From an open socket to HQ's verdict: three round trips and HQ's registry, also when 500 branches come back."""
SEND_MS = 20_000
"""One wire message (320 KiB at most) on a line of 128 kbit/s."""
TICK_MS = 1_000
"""How often deadlines are looked at, and the log in case a wake-up was lost."""
PAUSE_MS = 20
"""Between two pushes: many sales of a busy moment go into one batch."""
FAREWELL_MS = 1_000
"""For last words and the close: a dead line must not hold a shutdown up."""
STEADY_MS = 10_000
"""A session that lived so long begins the back-off anew; a shorter one counts as another failure."""
HUMAN_MS = 60_000
"""Between attempts while a person has to change something first: soon after they did, it works by itself."""
RETRY_MS = 1_000
"""The least wait when somebody presses "try again": a finger on the button is no flood at HQ's door."""
STALLS = 2
"""Sessions in a row that stalled, until it is an alarm."""
BATCH_ENTRIES = 500
"""Entries read for one batch: 500 sales are about 300 kB before compression; ``fill`` then cuts by size."""
