"""How a device is, as its supervisor last knew."""

from typing import NamedTuple

from device_drivers.errors import Code, StopError
from device_drivers.interfaces.device import Health
from edge_node.devices import limits


class State(NamedTuple):
    """``ready``: it is open; ``trouble``: a code or "", also while it is open; ``since``, ``checked_at``: ms, 0 never.

    ``warning``: a word such as ``paper_low``; it works all the same.
    """

    ready: bool = False
    trouble: str = ""
    warning: str = ""
    since: int = 0
    checked_at: int = 0

    @property
    def works(self) -> bool:
        """Whether work can be given to it."""
        return self.ready and not self.trouble

    def after(self, health: Health, now: int) -> "State":
        """Return the state once a device that is open has said how it is."""
        trouble = "" if health.trouble is None else health.trouble.value
        return self.now_is(now, ready=True, trouble=trouble, warning=health.warning)._replace(checked_at=now)

    def like(self, other: "State") -> bool:
        """Whether nothing but time tells the two apart."""
        return (self.ready, self.trouble, self.warning) == (other.ready, other.trouble, other.warning)

    def now_is(self, now: int, *, ready: bool, trouble: str = "", warning: str = "") -> "State":
        """Return the state as of now; ``since`` stays where nothing changed."""
        state = State(ready, trouble, warning, now, self.checked_at)
        return self if self.like(state) else state


def checked(health: object) -> Health:
    """Return what a driver said, if it makes sense; StopError ``driver_failed``."""
    if not isinstance(health, Health) or not isinstance(health.warning, str):
        raise StopError(Code.DRIVER_FAILED)
    if not (health.trouble is None or isinstance(health.trouble, Code)):
        raise StopError(Code.DRIVER_FAILED)
    return health._replace(warning=health.warning[: limits.WARNING])
