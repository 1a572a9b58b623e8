"""How the line of a simulated device fails when a test or a demonstration wants it to."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class LineFaults:
    """How a line fails; every field may be changed while it is served, and holds from then on.

    ``unplugged``: the line breaks and none can be opened. ``bytes_per_second``: in each direction; 0: no bound.
    ``garbage``: goes out before the next answer, once. ``cut_after``: the line breaks when so many more bytes came
    from the node, once; it can be opened again. ``cut_answer_after``: so many more bytes of answers go out, the rest of
    the answer in which they end is lost, once; the line stands. ``deaf``: the machine hears, but is never heard.
    """

    unplugged: bool = False
    bytes_per_second: int = 0
    garbage: bytes = b""
    cut_after: int | None = None
    cut_answer_after: int | None = None
    deaf: bool = False
    _watchers: list[Callable[[], None]] = field(default_factory=list, init=False, repr=False, compare=False)

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        if name == "unplugged":
            for watcher in getattr(self, "_watchers", ()):
                watcher()

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call `watcher` whenever ``unplugged`` is set, before the next statement runs."""
        self._watchers.append(watcher)

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Call it no more."""
        self._watchers.remove(watcher)
