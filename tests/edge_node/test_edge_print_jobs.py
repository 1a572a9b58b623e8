"""Print jobs as rows: taken by one printer at a time, never repeated without a mark, set aside when nobody waits."""

import pytest
from edge_shop import LEAD, Shop

from commerce.shifts import ShiftFigures
from commerce.tender import Offer
from edge_node import limits
from edge_node.errors import MendInputError, NotNowError
from edge_node.ledger import bodies, print_jobs
from edge_node.ledger.print_jobs import Balances, PrintJob
from edge_node.till import papers, refunds, shifts, withdrawals
from edge_node.till.refunds import RefundOrder

PRINTER = b"p" * 16
OTHER = b"q" * 16


def _claim(shop: Shop, *tills: str, device: bytes = PRINTER, later: int = 0) -> PrintJob | None:
    return shop.write(print_jobs.claim, device, tills or ("T1",), shop.now + later)


@pytest.fixture
def job(shop: Shop) -> int:
    """One receipt without a drawer."""
    shop.open()
    shop.sell([Offer("wechat", 1500)])
    return print_jobs.waiting(shop.conn)[0].job


def test_jobs_wait_until_done(shop: Shop):
    """A job is committed with its sale, waits through everything, and is done once."""
    shop.open()
    shop.sell([Offer("cash", 1500)])
    shop.sell([Offer("wechat", 1500)])
    first, second = print_jobs.waiting(shop.conn, "T1")
    assert (first.drawer, second.drawer) == (True, False)
    assert print_jobs.waiting(shop.conn, "T2") == ()
    assert not shop.write(print_jobs.done, second.job, shop.now)
    taken = _claim(shop)
    assert taken is not None
    assert taken.job == second.job, "a drawer is opened before its paper is taken"
    assert shop.write(print_jobs.done, second.job, shop.now)
    assert not shop.write(print_jobs.done, second.job, shop.now)
    assert print_jobs.waiting(shop.conn) == (first,)


def test_one_printer_takes_a_job(shop: Shop, job: int):
    """What one printer took no other gets, until it is given back."""
    taken = _claim(shop)
    assert taken is not None
    assert (taken.job, taken.state, taken.device, taken.attempts, taken.unsure) == (job, "printing", PRINTER, 1, 0)
    assert _claim(shop, device=OTHER) is None
    assert shop.write(print_jobs.failed, job, shop.now + 1000, "paper_out", begun=False)
    assert print_jobs.due(shop.conn, shop.now) == (("T1", False, False, shop.now + 1000),)
    assert _claim(shop, device=OTHER) is None
    again = _claim(shop, device=OTHER, later=1000)
    assert again is not None
    assert (again.device, again.attempts, again.unsure, again.trouble) == (OTHER, 2, 0, "paper_out")


def test_a_clock_set_back_stops_no_paper(shop: Shop, job: int):
    """A next try that lies further away than any back-off was set by a clock that ran ahead, and counts as now."""
    _claim(shop)
    ahead = shop.now + 3_600_000
    shop.write(print_jobs.failed, job, ahead, "paper_out", begun=False)
    assert print_jobs.due(shop.conn, shop.now)[0].ready
    assert _claim(shop) is not None


def test_only_named_tills_are_served(shop: Shop, job: int):
    """A printer takes papers of the tills it prints for."""
    assert _claim(shop, "T2", "T3") is None
    assert print_jobs.due(shop.conn, shop.now) == (("T1", True, False, 0),)
    assert _claim(shop, "T2", "T1") is not None
    assert print_jobs.due(shop.conn, shop.now) == ()


def test_what_had_begun_is_unsure_for_ever(shop: Shop, job: int):
    """Once bytes may have reached a printer, every later attempt is a repeat."""
    _claim(shop)
    shop.write(print_jobs.failed, job, 0, "device_unplugged", begun=True)
    _claim(shop)
    shop.write(print_jobs.failed, job, 0, "device_offline", begun=False)
    taken = _claim(shop)
    assert taken is not None
    assert taken.unsure


def test_what_may_have_come_out_thrice_is_left_to_a_person(shop: Shop, job: int):
    """Failures and crashes that may have printed count together; asked for by a person it is tried anew, marked."""
    for state in ("waiting", "waiting", "expired"):
        _claim(shop)
        if state == "waiting":
            assert shop.write(print_jobs.failed, job, 0, "device_timeout", begun=True) == state
        else:
            assert shop.write(print_jobs.recover) == 1
    assert print_jobs.get(shop.conn, job).state == "expired"
    assert [row.job for row in print_jobs.troubled(shop.conn)] == [job]
    assert shop.write(print_jobs.retry, job, shop.now).unsure == 1
    _claim(shop)
    assert shop.write(print_jobs.failed, job, 0, "device_timeout", begun=True) == "waiting"
    _claim(shop)
    assert shop.write(print_jobs.failed, job, 0, "device_timeout", begun=True) == "expired"
    assert shop.write(print_jobs.failed, job, 0, "device_timeout", begun=True) == ""
    assert shop.write(print_jobs.cancel, job).state == "cancelled"
    assert print_jobs.troubled(shop.conn) == ()


def test_a_crash_makes_unsure(shop: Shop, job: int):
    """What was under way at a crash waits again as a repeat; a drawer does not open out of the blue."""
    shop.write(papers.open_drawer, shop.at(LEAD), "换零钱")
    drawer = print_jobs.waiting(shop.conn)[-1]
    assert shop.write(print_jobs.take_pulse, drawer.job)
    _claim(shop)
    assert shop.write(print_jobs.recover) == 1
    assert print_jobs.get(shop.conn, job).unsure
    assert print_jobs.get(shop.conn, job).state == "waiting"
    assert print_jobs.get(shop.conn, drawer.job).state == "expired"
    assert shop.write(print_jobs.recover) == 0


def test_a_paper_that_fails_holds_up_no_other(shop: Shop, job: int):
    """Fresh papers come before those that failed."""
    _claim(shop)
    shop.write(print_jobs.failed, job, shop.now, "driver_failed", begun=False)
    shop.sell([Offer("wechat", 1500)])
    taken = _claim(shop)
    assert taken is not None
    assert taken.job > job


def test_old_papers_expire_instead_of_surprising(shop: Shop, job: int):
    """A paper of yesterday is not printed when a printer comes; somebody can ask for it, and then it is."""
    shop.now += limits.PAPER_AGE_MS + 1
    assert _claim(shop) is None
    assert print_jobs.stale(shop.conn, shop.now)
    assert [row.job for row in shop.write(print_jobs.expire, shop.now)] == [job]
    assert not print_jobs.stale(shop.conn, shop.now)
    assert print_jobs.get(shop.conn, job).state == "expired"
    assert shop.write(print_jobs.retry, job, shop.now).next_at == print_jobs.ASKED
    assert print_jobs.due(shop.conn, shop.now) == (("T1", True, True, 0),)
    taken = _claim(shop)
    assert taken is not None
    assert taken.job == job


def test_a_pulse_is_taken_once_and_only_fresh(shop: Shop):
    """The drawer's opening is taken off the job before it is tried, and no more after ten seconds."""
    shop.open()
    shop.sell([Offer("cash", 1500)])
    shop.write(papers.open_drawer, shop.at(LEAD), "换零钱")
    sale, drawer = print_jobs.pulses(shop.conn, shop.now + limits.PULSE_AGE_MS)
    assert shop.write(print_jobs.take_pulse, sale.job)
    assert not shop.write(print_jobs.take_pulse, sale.job)
    later = shop.now + limits.PULSE_AGE_MS + 1
    assert print_jobs.pulses(shop.conn, later) == ()
    assert [row.job for row in shop.write(print_jobs.expire, later)] == [drawer.job]
    assert _claim(shop) is not None, "the paper itself is still wanted"


def test_a_drawer_too_late_does_not_hold_the_paper(shop: Shop):
    """After ten seconds without a drawer the paper is printed all the same."""
    shop.open()
    shop.sell([Offer("cash", 1500)])
    assert _claim(shop, later=limits.PULSE_AGE_MS) is None
    taken = _claim(shop, later=limits.PULSE_AGE_MS + 1)
    assert taken is not None
    assert not taken.drawer
    assert print_jobs.pulses(shop.conn, shop.now) == ()


def test_retry_and_cancel(shop: Shop, job: int):
    """A waiting paper can be cancelled and asked for again; one under way or done can be neither."""
    assert shop.write(print_jobs.cancel, job).state == "cancelled"
    with pytest.raises(NotNowError):
        shop.write(print_jobs.cancel, job)
    assert shop.write(print_jobs.retry, job, shop.now).state == "waiting"
    _claim(shop)
    for act in (print_jobs.cancel, lambda conn, job: print_jobs.retry(conn, job, shop.now)):
        with pytest.raises(NotNowError) as caught:
            shop.write(act, job)
        assert caught.value.code == "print_job_under_way"
    shop.write(print_jobs.done, job, shop.now)
    for act in (print_jobs.cancel, lambda conn, job: print_jobs.retry(conn, job, shop.now)):
        with pytest.raises(NotNowError) as caught:
            shop.write(act, job)
        assert caught.value.code == "print_job_done"
    with pytest.raises(MendInputError):
        shop.write(print_jobs.cancel, 99)


def test_a_job_given_up_is_over(shop: Shop, job: int):
    """What no printer can ever print is set aside with its reason."""
    assert not shop.write(print_jobs.give_up, job, "not_supported")
    _claim(shop)
    assert shop.write(print_jobs.give_up, job, "not_supported")
    found = print_jobs.get(shop.conn, job)
    assert (found.state, found.trouble) == ("expired", "not_supported")


def test_lists(shop: Shop, job: int):
    """What waits, what is in trouble, and everything newest first in pages."""
    shop.sell([Offer("wechat", 1500)])
    shop.sell([Offer("wechat", 1500)])
    _claim(shop)
    shop.write(print_jobs.failed, job, 0, "paper_out", begun=False)
    _claim(shop)
    assert [row.job for row in print_jobs.unfinished(shop.conn)] == [job, job + 1, job + 2]
    assert [row.job for row in print_jobs.troubled(shop.conn)] == [job]
    assert [row.job for row in print_jobs.recent(shop.conn, limit=2)] == [job + 2, job + 1]
    assert [row.job for row in print_jobs.recent(shop.conn, job + 1)] == [job]


def test_old_jobs_are_dropped(shop: Shop, job: int):
    """After 90 days what is over goes, and what waits stays."""
    later = shop.now + limits.PRINT_JOBS_KEPT_MS + 1
    assert shop.write(print_jobs.prune, later) == 0
    shop.write(print_jobs.cancel, job)
    assert shop.write(print_jobs.prune, later - 1) == 0
    assert shop.write(print_jobs.prune, later) == 1


def _seen(shop: Shop) -> tuple[dict[str, int], dict[str, int]]:
    before, after, _ = bodies.decode(Balances, print_jobs.waiting(shop.conn)[-1].seen)
    return before, after


def test_balances_are_those_of_the_moment(shop: Shop):
    """Top-up, sale, refund and undo keep what the member could use before and after, and a copy shows the same."""
    shop.open()
    member = shop.register()
    topped_up = shop.top_up(member)
    assert _seen(shop) == ({}, {"principal": 100000, "bonus": 20000})
    sale = shop.sell([Offer("stored_value", 1200), Offer("wechat", 300)], member=member)
    after = {"principal": 99000, "bonus": 19800, "points": sale.points_earned}
    assert _seen(shop) == ({"principal": 100000, "bonus": 20000}, after)
    shop.write(papers.reprint, shop.at(), sale.entry.id, "客人要一份")
    assert _seen(shop)[1] == after
    order = RefundOrder(sale.sale, ((0, 1000),), in_cash=True, reason="洒了")
    shop.write(refunds.refund, shop.at(), order, LEAD)
    assert _seen(shop) == (after, {"principal": 100000, "bonus": 20000})
    shop.write(withdrawals.undo_top_up, shop.at(), topped_up.issue, "充错了", LEAD, in_cash=True)
    assert _seen(shop) == ({"principal": 100000, "bonus": 20000}, {})
    shop.sell([Offer("cash", 1500)])
    assert print_jobs.waiting(shop.conn)[-1].seen == b""


def test_shift_papers_keep_their_figures(shop: Shop):
    """An X paper shows the figures of its moment, though the shift goes on."""
    shop.open()
    shop.sell([Offer("cash", 1500)])
    shop.write(shifts.print_x, shop.at(LEAD))
    job = print_jobs.waiting(shop.conn)[-1]
    assert job.kind == "shift"
    assert bodies.decode(ShiftFigures, job.seen).sold == 1500
