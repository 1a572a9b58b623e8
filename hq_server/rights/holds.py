"""Members who may be standing at a till: their rights are not called away for a while.

Who tops up, or for whom a branch asked, mostly pays within minutes; a recall in between would make the very sale fail
that the rights were fetched for. Kept in memory: a lost hold costs a request at worst.
"""

from collections.abc import Iterable

from hq_server.rights.limits import HOLD_MS


class Holds:
    """Member → until when nothing is recalled. All holds are equally long, so they end in the order they began."""

    def __init__(self) -> None:
        self._until: dict[bytes, int] = {}

    def begin(self, members: Iterable[bytes], now: int) -> None:
        """Something happened to members and they have not bought yet; a hold that stands goes on unchanged."""
        for member in members:
            self._until.setdefault(member, now + HOLD_MS)

    def lift(self, members: Iterable[bytes]) -> None:
        """Members have bought: they are leaving."""
        for member in members:
            self._until.pop(member, None)

    def due(self, now: int) -> set[bytes]:
        """Take the members whose hold is over: they are to be planned once more."""
        found = set()
        for member, until in self._until.items():
            if until > now:
                break
            found.add(member)
        self.lift(found)
        return found

    def __contains__(self, member: object) -> bool:
        return member in self._until
