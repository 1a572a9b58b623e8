"""How far lists, reports and the overview go: what has come and is not in their figures yet."""

import msgspec

from foundation.http_api.route import Call
from hq_server.analysis import follow
from hq_server.ledger import inbox
from hq_server.web.office.work import BRANCH, Work, route


class Freshness(msgspec.Struct, frozen=True):
    """``facts``: so many are in the figures; ``waiting``: so many came and are not, booked already or not."""

    facts: int
    waiting: int
    at: int


def get_freshness(work: Work, call: Call) -> Freshness:
    """Of the whole chain: figures are made in the order of application, whichever branch wrote."""
    waiting = inbox.waiting(work.conn) + follow.waiting(work.conn)
    return Freshness(follow.cursor(work.conn).n, waiting, call.now)


ROUTES = (route("GET /freshness", "getFreshness", "How far figures go", Freshness, get_freshness, roles=BRANCH),)
"""Branch managers too: a number of facts tells nothing of another branch."""
