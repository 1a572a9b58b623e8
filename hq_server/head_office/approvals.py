"""What makes a second person: not whoever proposed, nor an account that the proposer may hold too."""

from hq_server.errors import Code, RefusedError
from hq_server.head_office import limits, users
from hq_server.head_office.act import Act
from hq_server.storage.database import Connection


def need_second(conn: Connection, act: Act, proposed_by: str) -> None:
    """Refuse an approval by the proposer (``same_person``) or by an account too new (``account_too_new``)."""
    if proposed_by == act.by:
        raise RefusedError(Code.SAME_PERSON)
    if act.now < users.two_people_from(conn, proposed_by, act.by):
        raise RefusedError(Code.ACCOUNT_TOO_NEW, days=limits.ENTRUSTED // limits.DAY)
