"""Who does something at head office, and when."""

from typing import NamedTuple

from hq_server.ledger.context import Hq

CONSOLE = "console"
"""Who acts on HQ's command line: whoever may read HQ's keys. No user can have this name."""


class Act(NamedTuple):
    """One act of one user: HQ as it is now, the user's sign-in name, the time in ms. First argument of every change."""

    hq: Hq
    by: str
    now: int
