"""Change that goes into the member's balance (找零转存): the sale stands as it was paid, its change is a top-up."""

from commerce.tender import CASH, Offer
from edge_node.errors import Code, MendInputError, NotNowError
from edge_node.ledger import print_jobs
from edge_node.storage.database import Connection
from edge_node.till import top_up
from edge_node.till.at import At
from edge_node.till.checkout import SaleDone
from edge_node.till.top_up import TopUpOrder


def save(conn: Connection, at: At, done: SaleDone) -> SaleDone:
    """Put the change of a sale, in the sale's own transaction, into its member's balance: principal, no bonus.

    NotNowError ``change_stays_cash`` where the chain does not want it; MendInputError ``member_needed``; and what
    refuses a top-up (``member_frozen``, ``amount_not_allowed`` …) refuses the sale with it.
    """
    if not at.book.settings.till.change_to_balance:
        raise NotNowError(Code.CHANGE_STAYS_CASH)
    if not done.member:
        raise MendInputError(Code.MEMBER_NEEDED)
    if not done.change:
        return done
    order = TopUpOrder(done.member, done.change, "", (Offer(CASH, done.change),))
    saved = top_up.top_up(conn, at, order, paper=False)
    print_jobs.see_saved_change(conn, done.entry.id, done.change, saved.balances)
    return done._replace(change=0, saved_change=done.change, balances=saved.balances)
