"""Bounds of the ingest, with their reasons. Times in ms."""

CATCHING_UP = 32
"""Nodes that may bring backlogs at once: each fills a window of 1 MiB; more would only wait longer each."""

SMALL_BACKLOG = 500
"""Entries that are no backlog: one batch, done before a place in a queue would be."""

WAITING_ENTRIES = 200_000
"""Acked entries not applied yet beyond which backlogs must wait: ten seconds of stage 2, so rights stay fresh."""

RETRY_MS = 5_000
RETRY_SPREAD_MS = 20_000
"""A refused backlog comes again after 5 to 25 s, spread by its node id: 500 of them never come together."""

TOUCH_MS = 30_000
"""How often quiet live nodes are noted as heard in the database: a balance says how old its oldest word is."""

AGE_MS = 366 * 86_400_000
"""Beyond a year a thing's age as a node tells it is no age: its clock was wrong when the thing began."""

EXPIRY_GRACE_MS = 6 * 3_600_000
"""A day begins so much later for expiry: shops that close after midnight still sell on yesterday's business date."""

LOTS_PER_SWEEP = 1_000
"""Expired lots looked at in one turn: points of a whole chain expire on one day, and tills' messages lie between."""
