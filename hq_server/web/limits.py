"""Bounds of HQ's branch endpoints, with their reasons. Times in seconds unless said otherwise."""

SILENCE = 30.0
"""A node that says nothing for so long is gone: it pings every ten seconds (sync_protocol.limits)."""

SEND = 30.0
"""A message that does not leave within so long: the other side does not read."""

CLOSE = 2.0
"""Last words and the closing handshake get so long, at a node's end and at HQ's own."""

MESSAGES_PER_TURN = 256
"""Wire messages handled in one commit: hundreds of nodes share one sync of the disk, and nobody waits a second."""

BYTES_PER_TURN = 8 * 1024 * 1024
"""Of those together: what stage 1 takes in some 100 ms."""

ENTRIES_PER_WORK = 2_000
"""Entries that stage 2 applies before the next messages are looked at: small ones then wait 150 ms at most."""

TICK = 0.2
"""How often deadlines of requests are looked at while somebody waits."""

IDLE = 5.0
"""How often HQ wakes by itself otherwise."""

REPAIR = 5.0
"""After stage 2 failed it is tried again so much later; messages are kept and acked meanwhile."""

MESSAGES_UNREAD = 1_000
"""Messages on their way to one node: pages are bounded by what it confirms; who asks without reading is cut."""

SOURCES = 10_000
"""Addresses whose failed enrolments are remembered; the oldest falls out."""

PER_NODE = 8
"""Connections of one node at once: its live one, and those whose line broke without a word (SILENCE). So one box, or a
stolen one that may still upload, never fills HQ alone."""

RETRY_AFTER = 10
"""What a full HQ tells who wants to connect."""
