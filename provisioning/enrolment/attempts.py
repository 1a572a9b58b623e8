"""How often one source may fail to enrol: state in, state out; the caller keeps one per source address.

It is no defence of the code (90 bits cannot be guessed) but of HQ's processor and of the log's readers.
"""

from __future__ import annotations

from dataclasses import dataclass

from provisioning import limits
from provisioning.errors import ErrorCode, TryLaterError


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failures of one source in the window that began at ``since`` (ms, HQ's time)."""

    since: int = 0
    failures: int = 0

    def admit(self, now: int) -> None:
        """Refuse with TryLaterError while the window holds too many failures."""
        if self._over(now) or self.failures < limits.ATTEMPTS:
            return
        wait = self.since + limits.ATTEMPTS_WINDOW - now
        raise TryLaterError(ErrorCode.TOO_MANY_ATTEMPTS, "too many failed enrolments from this address", wait)

    def failed(self, now: int) -> Attempts:
        """The state after one more failure."""
        return Attempts(now, 1) if self._over(now) or not self.failures else Attempts(self.since, self.failures + 1)

    def _over(self, now: int) -> bool:
        """Whether the window has passed; a clock that was set back starts a new one, so nobody waits for it."""
        return not self.since <= now < self.since + limits.ATTEMPTS_WINDOW
