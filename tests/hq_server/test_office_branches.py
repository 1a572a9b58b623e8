"""Branches, their logs, enrolment codes, releases by two people."""

from dataclasses import replace

import pytest
from office_world import NOW, open_world

from commerce.facts import Fact, Issue, LotIssue, Terms
from commerce.moves import Move, Posting, Reason
from hq_server.errors import HqError
from hq_server.head_office import branches, enrolment_codes, limits, releases, users
from hq_server.head_office.act import CONSOLE
from hq_server.head_office.secrets import Secret
from hq_server.ledger import closing, grants, incarnations, lots
from hq_server.ledger import discrepancies as ledger_discrepancies
from hq_server.ledger.discrepancy_codes import DiscrepancyCode
from provisioning.enrolment.granting import issue_code
from sync_protocol.chain import LogIdentity

LOG = b"i" * 16


@pytest.fixture
def world(tmp_path):
    """A head office with two branches, the first of which has a node."""
    world = open_world(tmp_path)
    world.do(branches.register, "b001", "南京路店")
    world.do(branches.register, "b002", "徐家汇店")
    for name in ("chen.jing", "zhao.min"):
        world.add_user(name, "manager")
    identity = LogIdentity(world.keys.chain, b"n" * 16, LOG, world.keys.signing_public)
    world.do(lambda conn, act: closing.accept(conn, act.hq, identity, "b001", "replaced", act.now))
    yield world
    world.conn.close()


def test_branches_are_listed_with_their_health(world):
    """The list is paged by id and tells each branch's log and what is wrong."""
    first = branches.page(world.conn, "", 1)
    rest = branches.page(world.conn, first[-1].branch, 9)
    assert [(b.branch, b.name, b.open_logs) for b in first + rest] == [("b001", "南京路店", 1), ("b002", "徐家汇店", 0)]
    assert first[0].incarnation == LOG
    assert rest[0].incarnation == b""
    code = DiscrepancyCode.CLOCK_AHEAD
    world.do(lambda conn, act: ledger_discrepancies.open_(conn, act.hq, code, "b001", LOG, 0, 0, 1, "clock", act.now))
    assert branches.get(world.conn, "b001").discrepancies == 1


def test_a_branch_is_renamed_for_all(world):
    """A new name is stored and the directory row is marked."""
    world.conn.execute("DELETE FROM feed_dirty")
    world.do(branches.rename, "b001", "南京东路店")
    assert branches.get(world.conn, "b001").name == "南京东路店"
    assert ("chain", "directory:b001") in world.conn.execute("SELECT feed, key FROM feed_dirty").fetchall()


@pytest.mark.parametrize("branch", ["", "HQ", "B001", "一店", "b" * 17, "b_1", "b 1"])
def test_odd_branch_ids_are_refused(world, branch):
    """A branch's id is short lower-case ASCII and never HQ's."""
    with pytest.raises(HqError, match="bad_value"):
        world.do(branches.register, branch, "店")


def test_a_person_may_close_a_lost_log(world):
    """A declared loss closes the log with its evidence; only reasons that people can know are taken."""
    for reason in ("restored", "adopted", ""):
        with pytest.raises(HqError, match="bad_value"):
            world.do(branches.close, LOG, reason, "被盗")
    with pytest.raises(HqError, match="unknown_incarnation"):
        world.do(branches.close, world.hq.incarnation, "lost", "总部自己的账本")
    world.do(branches.close, LOG, "lost", "店里失火，机器烧毁")
    (log,) = branches.logs(world.conn, "b001")
    assert (log.state, log.closed_reason) == ("closed", "lost")
    world.do(branches.close, LOG, "lost", "再报一次也无妨")


def issue_and_grant(world, amount):
    """HQ issues a lot and grants all of it to the node; returns the lot's id."""
    lot = world.entropy.id()
    issue = LotIssue(lot, b"m" * 16, "member", "coupon:x", "HQ", amount, "2026-11-29", "", b"", Terms())
    body = Issue("campaign", world.entropy.id(), "1", b"", "2026-11-29", "", "", b"m" * 16, (issue,), (), "", "")
    postings = (Posting("given:HQ", "coupon:x", amount), Posting(lot, "coupon:x", -amount))
    fact = Fact("issue", body, (Move(lot, Reason.ISSUE, amount),), postings)
    log = incarnations.need(world.conn, LOG)

    def write(conn, act):
        act.hq.applier.own(conn, act.hq, [fact], act.now)
        grants.grant(conn, act.hq, log.no, [(lot, amount)], "placement", 0, act.now)

    world.do(write)
    return lot


def test_two_people_release_a_closed_log(world):
    """What one person proposes another approves; then the suspended rights are HQ's and the proposal is done."""
    lot = issue_and_grant(world, 30)
    subject = releases.Subject(releases.INCARNATION, LOG)
    with pytest.raises(HqError, match="not_closed"):
        world.do(releases.propose, world.entropy.id(), subject, "机器被盗")
    world.do(branches.close, LOG, "lost", "被盗")
    (log,) = branches.logs(world.conn, "b001")
    assert log.suspended == 1
    proposal = world.do(releases.propose, world.entropy.id(), subject, "机器被盗")
    again = world.do(releases.propose, world.entropy.id(), subject, "又提一次", by="zhao.min")
    assert again == proposal
    with pytest.raises(HqError, match="same_person"):
        world.do(releases.approve, proposal.release, "2026-11-29")
    done = world.do(releases.approve, proposal.release, "2026-11-29", by="zhao.min")
    assert (done.state, done.proposed_by, done.approved_by) == ("done", "chen.jing", "zhao.min")
    assert lots.by_ids(world.conn, [lot])[lot].own == 30
    with pytest.raises(HqError, match="not_proposed"):
        world.do(releases.approve, proposal.release, "2026-11-29", by="zhao.min")


def new_secret(world):
    """A password that its giver knows."""
    return Secret(world.entropy(16), world.entropy(32))


def made_by(maker):
    """`maker` makes a manager, who changes the given password."""

    def steps(world):
        user = users.User("tu.hao", "涂浩", "manager", active=True, must_change=True)
        world.do(users.create, user, new_secret(world), by=maker)
        world.do(users.set_secret, "tu.hao", new_secret(world), by="tu.hao")
        return "tu.hao"

    return steps


def reset(world):
    """A colleague's password is given anew, and changed as its user would."""
    world.do(users.set_secret, "zhao.min", new_secret(world))
    world.do(users.set_secret, "zhao.min", new_secret(world), by="zhao.min")
    return "zhao.min"


def let_in_again(world):
    """A colleague who had left is let in again."""
    for active in (False, True):
        world.do(users.change, users.User("zhao.min", "赵敏", "manager", active=active, must_change=False))
    return "zhao.min"


def raised(world):
    """An operator becomes a manager."""
    world.add_user("li.na", "operator")
    world.do(users.change, users.User("li.na", "李娜", "manager", active=True, must_change=False))
    return "li.na"


@pytest.mark.parametrize("steps", [made_by("chen.jing"), made_by("zhao.min"), reset, let_in_again, raised])
@pytest.mark.parametrize("puppet_proposes", [False, True])
def test_one_manager_is_not_two_people(world, steps, puppet_proposes):
    """An account that a colleague opened is no second person for a week, whoever proposes and whoever opened it."""
    issue_and_grant(world, 30)
    world.do(branches.close, LOG, "lost", "被盗")
    proposer, approver = "chen.jing", steps(world)
    if puppet_proposes:
        proposer, approver = approver, proposer
    subject = releases.Subject(releases.INCARNATION, LOG)
    proposal = world.do(releases.propose, world.entropy.id(), subject, "机器被盗", by=proposer)
    with pytest.raises(HqError, match="account_too_new"):
        world.do(releases.approve, proposal.release, "2026-11-29", by=approver)
    world.now += limits.ENTRUSTED
    assert world.do(releases.approve, proposal.release, "2026-11-29", by=approver).state == "done"


def test_an_account_from_the_command_line_counts_at_once(world):
    """Who holds HQ's keys vouches for an account: its password is nobody else's, also after a colleague's reset."""
    issue_and_grant(world, 30)
    world.do(branches.close, LOG, "lost", "被盗")
    approver = reset(world)
    world.do(users.set_secret, approver, new_secret(world), by=CONSOLE)
    subject = releases.Subject(releases.INCARNATION, LOG)
    proposal = world.do(releases.propose, world.entropy.id(), subject, "机器被盗")
    assert world.do(releases.approve, proposal.release, "2026-11-29", by=approver).state == "done"


def test_a_proposal_can_be_withdrawn(world):
    """A withdrawn proposal releases nothing and stays in the list."""
    issue_and_grant(world, 5)
    world.do(branches.close, LOG, "replaced", "换新机")
    proposal = world.do(releases.propose, world.entropy.id(), releases.Subject("incarnation", LOG), "换新机")
    assert world.do(releases.withdraw, proposal.release).state == "withdrawn"
    assert [release.state for release in releases.every(world.conn, "", 9)] == ["withdrawn"]
    assert releases.every(world.conn, "proposed", 9) == []


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("claim", "unknown_claim"),
        ("claim_refusal", "unknown_claim"),
        ("incarnation", "unknown_incarnation"),
        ("set_aside", "unknown_lot"),
        ("sale", "bad_value"),
    ],
)
def test_only_what_waits_can_be_released(world, kind, code):
    """Unknown subjects and kinds are refused."""
    with pytest.raises(HqError, match=code):
        world.do(releases.propose, world.entropy.id(), releases.Subject(kind, b"x" * 16), "试试")


def test_codes_are_stored_as_hashes_and_once_used_kept(world):
    """A code's record comes back as stored, with what it was used for; expired unused ones are swept."""
    code, record = issue_code(world.keys, "b003", now=NOW, random_bytes=world.entropy)
    world.do(enrolment_codes.store, record, "五角场店")
    assert enrolment_codes.load(world.conn, record.id) == (record, "五角场店")
    assert code.text not in repr(world.conn.execute("SELECT * FROM enrolment_codes").fetchall())
    used = replace(record, used_by=b"k" * 32, used_at=NOW + 5, grant=b"grant")
    enrolment_codes.used(world.conn, used)
    assert enrolment_codes.load(world.conn, record.id) == (used, "五角场店")
    assert enrolment_codes.load(world.conn, b"?" * 32) is None
    _, stale = issue_code(world.keys, "b001", now=NOW, random_bytes=world.entropy, lifetime=1)
    world.do(enrolment_codes.store, stale, "")
    assert enrolment_codes.load(world.conn, stale.id) == (stale, "南京路店")
    _, fresh = issue_code(world.keys, "b001", now=NOW, random_bytes=world.entropy)
    world.do(enrolment_codes.store, fresh, "")
    assert enrolment_codes.load(world.conn, stale.id) is None
