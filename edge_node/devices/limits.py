"""Bounds of the device room with their reasons; times in seconds. Drivers have their own."""

# Supervision
BACK_OFF_S = (0.25, 0.5, 1.0, 2.0, 4.0, 5.0)
"""Before a device is opened again, by failures in a row: a plug is back within seconds, and a cable may be loose."""
STEADY_S = 10.0
"""A device that held out so long works: its next trouble is a new one, and is mended quickly."""
STOPPED_S = 60.0
"""Before a device that is set up wrongly is tried again: only a changed setup helps, and that is noticed at once."""
OPEN_S = 6.0
"""A driver's ``open``: the line (3 s) and a question or two."""
CHECK_S = 5.0
"""One question how the device is, with the wait for whoever uses it."""
HEALTH_S = 30.0
"""Between two looks at a device that works: a printer without paper is noticed before the next rush."""
TROUBLE_S = 2.0
"""Between two looks at one in trouble: somebody is just putting paper in."""
CLOSE_S = 2.0
"""A driver's ``close``, and how long it waits for whoever still uses the device."""
GRACE_S = 1.0
"""For a call to end once it was cancelled; then it is left to itself."""
STUCK = 4
"""Calls of one device left to themselves; with more it is not opened again until one of them ends."""
WAITING = 32
"""Callers that wait for one device: a spooler, a display, and all tills pressing at once."""

WARNING = 20
"""Characters of a warning."""

# Readings
READING_GAP_S = 0.02
"""Between two readings of one device: a scanner on a conveyor gives ten a second, a flood must not take the node."""
READ_AGAIN_S = 1.0
"""After a reading that failed while the line stands."""
READINGS_KEPT = 20
"""Recent readings of one device, for whoever sets it up."""
READING_WORD = 20
"""A symbology or a card's source."""
GRAMS_MAX = 10_000_000
"""Ten tonnes: more than any counter scale weighs."""

# Customer displays
DISPLAY_TILLS = 64
"""Tills of a branch that a display follows; a name that nobody configured must not fill the memory."""
DISPLAY_S = 3.0
"""One change of a display, with the wait for whoever uses it; then the next state is shown instead."""

# Printing
PRINT_S = 60.0
"""One paper, with the wait for whoever uses the printer, and for its answer that all is printed."""
PRINT_BLOCK_S = 2.5
"""One line more: drawn as a picture it takes that long at 9600 baud."""
PRINT_BYTES_PER_S = 800
"""A picture, at the same speed."""
PULSE_AGAIN_S = 0.5
"""Before a drawer that was not opened for certain is tried again: a printer's line that went to sleep is up by then."""
STALE_S = 60.0
"""How often what waits is looked through for what nobody expects any more."""
STORAGE_S = 5.0
"""Before the ledger is asked again after it failed."""

# Labels
LABELS = 200
"""Labels of one request, copies counted: two to five minutes of a small printer; a shelf has fewer."""
LABEL_RUN = 5
"""Copies sent at once: so many have to be looked for on the table when the roll ends among them."""
LABEL_RUN_S = 90.0
"""One run with the wait for whoever uses the printer: the largest picture takes 24 s at 9600 baud."""
