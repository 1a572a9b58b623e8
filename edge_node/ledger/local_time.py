"""The shop's clock: this machine's time in the zone that the chain set. For papers and promotions, never for value."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CHINA = timezone(timedelta(hours=8))


@lru_cache(maxsize=8)
def zone(name: str) -> tzinfo:
    """Return a time zone; China's for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return _CHINA


def local(at: int, where: tzinfo) -> datetime | None:
    """Return a time (ms since 1970) as the clock of a zone shows it; None for one beyond the calendar."""
    try:
        return (_EPOCH + timedelta(milliseconds=at)).astimezone(where)
    except OverflowError:
        return None
