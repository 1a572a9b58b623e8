"""Where and when an act happens: the part that every fact made at a till shares."""

from typing import NamedTuple

from commerce.accounts import HQ


class Desk(NamedTuple):
    """One till of one branch in one shift. `day` is the shift's business date, never read from a clock."""

    branch: str
    till: str
    shift: bytes
    day: str
    staff: str


def hq_desk(day: str, staff: str) -> Desk:
    """Return the desk of an act of head office: no till, no shift."""
    return Desk(HQ, "", b"", day, staff)
