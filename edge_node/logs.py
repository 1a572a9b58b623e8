"""The log of a running node: one line per happening on stderr, ``time level name message key=value …``, in UTC.

What may stand in it: codes, ids in hexadecimal, counts, times. Never names, phones, cards, PINs, keys or bodies.
"""

import logging
import sys
import time

_FORMAT = "%(asctime)s.%(msecs)03dZ %(levelname)-7s %(name)s %(message)s"
_TIME = "%Y-%m-%dT%H:%M:%S"


def setup(level: str) -> None:
    """Send the program's log to stderr from `level` (debug | info | warning | error) on; libraries from warning on."""
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter(_FORMAT, _TIME)
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("stayopen").setLevel(level.upper())
