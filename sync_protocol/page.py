"""Taking pages: a node takes one only if its lineage is the one it knows and it begins at the node's position."""

from enum import Enum

from sync_protocol.messages import FeedPosition, Page


class PageStep(Enum):
    """What the node does with a page."""

    APPLY = "apply"
    """Apply the rows and set the position to ``page.end``, in one transaction; then FEED_AT."""
    STALE = "stale"
    """Wholly behind the position: a duplicate. Drop it."""
    ASK_AGAIN = "ask_again"
    """Does not begin at the position. Drop it and send FEED_AT with the present position."""
    NEW_LINEAGE = "new_lineage"
    """HQ cut the feed back (recovery). Nothing is applied; the node tells HQ what it holds."""


def judge_page(page: Page, known: FeedPosition | None) -> PageStep:
    """Decide about a page. `known`: the node's stored place in the feed, None before its first page."""
    if known is None:
        return PageStep.APPLY if page.start == 0 else PageStep.ASK_AGAIN
    if page.lineage != known.lineage:
        return PageStep.NEW_LINEAGE
    if page.start == known.position:
        return PageStep.APPLY
    return PageStep.STALE if page.end <= known.position else PageStep.ASK_AGAIN
