"""What people decided about a difference: a charge of one entity in favour of another becomes a row of clearing."""

from datetime import UTC, datetime, timedelta

from commerce.accounts import clearing
from commerce.clearing import ADJUSTMENT
from commerce.moves import MONEY
from hq_server.reconcile.actions import Case

_PREFIX = clearing("", "").partition(":")[0] + ":"
_CHINA = timedelta(hours=8)


def charge(case: Case) -> None:
    """Write what an adjustment of HQ posts to clearing accounts into the open period."""
    for account, unit, amount in case.envelope.postings:
        if type(account) is str and account.startswith(_PREFIX) and unit == MONEY and amount:
            _, debtor, creditor = account.split(":")
            where = (case.log.no, case.reading.seq)
            day = (datetime.fromtimestamp(case.envelope.at / 1000, UTC) + _CHINA).date().isoformat()
            case.plan.clearing.append((case.book.period, day, debtor, creditor, ADJUSTMENT, amount, *where))
