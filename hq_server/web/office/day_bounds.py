"""Days that people ask for, as the moments between which they lie at head office."""

from datetime import UTC, datetime, timedelta

from hq_server.head_office.values import CHINA, day

_END = 2**62


def bounds(from_day: str, to_day: str) -> tuple[int, int]:
    """Return the first and last ms of a range of HQ's days, both included; "" is no bound. InputError ``bad_value``."""
    first = _begin(day(from_day, "from_day")) if from_day else 0
    last = _begin(day(to_day, "to_day"), 1) - 1 if to_day else _END
    return first, last


def _begin(iso: str, after: int = 0) -> int:
    """Return the ms at which a day begins, or one of those after it."""
    try:
        start = datetime.fromisoformat(iso).replace(tzinfo=CHINA) + timedelta(days=after)
    except OverflowError:
        return _END
    return (start - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
