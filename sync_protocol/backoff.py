"""How long to wait before the next attempt: exponential with full jitter, in integers, entropy handed in."""

from sync_protocol import limits

_SCALE = 32


def delay(attempt: int, entropy: int) -> int:
    """Return milliseconds to wait after failed attempt number `attempt` (0 is the first).

    `entropy`: a random integer in [0, 2**32). The wait is spread over [ceiling / 8, ceiling], the ceiling doubling from
    500 ms to ten seconds: 500 branches that lost HQ at once do not come back at once.
    """
    ceiling = min(limits.BACKOFF_CAP_MS, limits.BACKOFF_BASE_MS << min(attempt, 16))
    floor = ceiling // 8
    return floor + ((ceiling - floor) * entropy >> _SCALE)


def retry_after(after_ms: int, entropy: int, *, signed: bool) -> int:
    """Return milliseconds to wait when told to come back later: never earlier, up to a quarter later.

    A source that is not HQ itself (`signed` false: an HTTP status on the way) can ask for ten minutes at most.
    """
    wait = after_ms if signed else min(after_ms, limits.RETRY_AFTER_CAP_MS)
    return wait + (wait // 4 * entropy >> _SCALE)
