"""What a cashier should mention to a member: a birthday, value that expires soon."""

from datetime import date, timedelta
from typing import NamedTuple

from commerce.lots import BONUS, offered
from edge_node import limits
from edge_node.ledger.rights import Wallet


class Expiring(NamedTuple):
    """What expires first: of one asset, usable here up to and on ``day``."""

    asset: str
    amount: int
    day: str


def birthday(text: str, today: str) -> bool:
    """Whether a birthday (``YYYY-MM-DD`` as it was typed, maybe nonsense) is today; 29 February's comes on the 28th."""
    try:
        born, now = date.fromisoformat(text.strip()), date.fromisoformat(today)
    except ValueError:
        return False
    if (born.month, born.day) == (2, 29) and (now + timedelta(days=1)).month == 3:
        return (now.month, now.day) in {(2, 28), (2, 29)}
    return (born.month, born.day) == (now.month, now.day)


def expiring(has: Wallet, today: str) -> Expiring | None:
    """Return what expires first within the month, money's worth before points; None when nothing does."""
    try:
        until = (date.fromisoformat(today) + timedelta(days=limits.EXPIRING_DAYS)).isoformat()
    except (ValueError, OverflowError):
        return None
    soon = [view for view in offered(has.views, today) if view.expires_on and view.expires_on <= until]
    if not soon:
        return None
    first = min(soon, key=lambda view: (view.expires_on, view.asset != BONUS, view.asset))
    same = [view.rights for view in soon if (view.asset, view.expires_on) == (first.asset, first.expires_on)]
    return Expiring(first.asset, sum(same), first.expires_on)
