"""Which branches can be reached now: what placement and requests must know of the live sessions."""

from collections.abc import Iterator


class Reach:
    """Live incarnations by branch. Kept in memory: after a restart of HQ nobody is there until he says hello."""

    def __init__(self) -> None:
        self._live: dict[str, int] = {}
        self._numbers: set[int] = set()
        self._behind: set[int] = set()

    def arrived(self, branch: str, no: int) -> None:
        """A session of incarnation `no` is live: rows reach the branch."""
        self._numbers.discard(self._live.get(branch, no))
        self._live[branch] = no
        self._numbers.add(no)

    def left(self, branch: str, no: int) -> None:
        """The session of `no` is over; another one of the branch, if any, stays."""
        if self._live.get(branch) == no:
            del self._live[branch]
            self._numbers.discard(no)
        self._behind.discard(no)

    def backlog(self, no: int, *, behind: bool) -> None:
        """Note whether `no` holds entries that HQ has not: returns would come behind them, so nothing is recalled."""
        (self._behind.add if behind else self._behind.discard)(no)

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(sorted(self._live.items()))

    def idle(self) -> dict[str, int]:
        """Branch → incarnation of those that can be given rights and asked to give them back at once."""
        return {branch: no for branch, no in self if no not in self._behind}

    def is_live(self, no: int) -> bool:
        """Whether rows for this incarnation are read now."""
        return no in self._numbers
