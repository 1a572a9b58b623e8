"""HQ epochs: which life of HQ wrote something. A node refuses everything of a lower one, however late it arrives."""

from typing import Annotated, NamedTuple

from msgspec import Meta

from sync_protocol import limits


class HqEpoch(NamedTuple):
    """``n`` grows; ``id`` is random, so two lives that took the same ``n`` are told apart. Also a feed's lineage."""

    n: Annotated[int, Meta(ge=0, le=limits.MAX_COUNTER_32)]
    id: Annotated[bytes, Meta(min_length=limits.ID, max_length=limits.ID)]


NEVER = HqEpoch(0, bytes(limits.ID))
"""What a node that never met HQ has seen; HQ's first epoch has n = 1."""


def acceptable(seen: HqEpoch, offered: HqEpoch) -> bool:
    """Tell whether a node that has seen `seen` may listen to `offered`: the very same, or a higher number."""
    return offered == seen or offered.n > seen.n
