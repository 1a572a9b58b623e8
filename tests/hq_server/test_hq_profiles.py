"""Profiles beside the logs: order of arrival decides, conflicts and doubles are shown, nothing enters a log."""

import pytest
from hq_world import World

from commerce.reference import ProfileEdit
from hq_server.errors import Code, InputError, RefusedError
from hq_server.ledger import discrepancies, members


@pytest.fixture
def world(tmp_path):
    """An HQ."""
    return World(tmp_path)


def edit(world, branch, *edits):
    """Send profile edits (member, field, value, version seen)."""
    rows = [ProfileEdit(*row, b"s" * 16) for row in edits]
    world.do(lambda conn, hq, now: members.take_edits(conn, hq, branch, rows, now))


def test_last_in_order_of_arrival_wins_per_field(world):
    """A later edit that saw the present version simply replaces it."""
    member = world.ids()
    edit(world, "xihu", (member, "name", "王小明", 0), (member, "phone", "13800138000", 0))
    edit(world, "guanqian", (member, "name", "王晓明", 1))
    rows = world.all("SELECT field, value, version FROM profiles ORDER BY field")
    assert rows == [("name", "王晓明", 2), ("phone", "13800138000", 1)]
    assert world.one("SELECT masked_name, phone_hash FROM members") == (
        "王*明",
        members.keyed_hash(world.keys.member_key, "phone", "13800138000"),
    )
    assert world.codes() == []
    marks = world.all("SELECT feed FROM feed_dirty WHERE key = ?", f"profile:{member.hex()}")
    assert marks == [("branch:guanqian",), ("branch:xihu",)]


def test_every_field_of_a_profile_is_kept(world):
    """All that a till may ask a member for arrives; what is no field of a profile is left out."""
    member = world.ids()
    fields = ("name", "phone", "gender", "birthday", "email", "address", "tags", "note", "card:1", "card:12")
    edit(world, "xihu", *((member, field, "13800138000", 0) for field in (*fields, "card:123", "salary", "")))
    assert [field for (field,) in world.all("SELECT field FROM profiles ORDER BY field")] == sorted(fields)


def test_repeated_edit_changes_nothing(world):
    """An edit sent again after a lost answer is no conflict."""
    member = world.ids()
    for _ in range(2):
        edit(world, "xihu", (member, "name", "李雷", 0))
    assert world.one("SELECT version FROM profiles") == (1,)
    assert world.codes() == []


def test_edit_on_an_old_version_is_a_conflict_with_both_values(world):
    """It is applied, and people see both values: in a table, not in a log."""
    member = world.ids()
    edit(world, "xihu", (member, "name", "李雷", 0))
    edit(world, "guanqian", (member, "name", "李磊", 0))
    assert world.codes() == ["profile_conflict"]
    assert world.one("SELECT replaced, applied FROM profile_conflicts") == ("李雷", "李磊")
    assert not any("李".encode() in entry for (entry,) in world.all("SELECT entry FROM own_log"))
    assert world.verify().ok


def test_one_phone_or_card_of_two_members_is_shown(world):
    """Two dark branches registered one phone, or one card: accepted and shown; the card stays with the first."""
    first, second = world.ids(), world.ids()
    edit(world, "xihu", (first, "phone", "13900139000", 0), (first, "card:1", "VIP0001", 0))
    edit(world, "guanqian", (second, "phone", "13900139000", 0), (second, "card:1", "VIP0001", 0))
    assert world.codes() == ["phone_twice", "card_twice"]
    assert world.one("SELECT member FROM cards") == (first,)
    detail = " ".join(sorted((first.hex(), second.hex())))
    assert world.all("SELECT DISTINCT detail FROM discrepancies") == [(detail,)]


@pytest.mark.parametrize(
    "row", [(b"short", "name", "x", 0), (b"m" * 16, "salary", "x", 0), (b"m" * 16, "name", "长" * 501, 0)]
)
def test_what_is_no_profile_field_is_left_out(world, row):
    """Unknown fields, sizes and ids change nothing."""
    edit(world, "xihu", row)
    assert world.one("SELECT count(*) FROM profiles") == (0,)


def test_discrepancy_is_resolved_by_a_fact_once(world):
    """Who resolved it and why is a fact of HQ; a second time is refused."""
    test_one_phone_or_card_of_two_members_is_shown(world)
    found = discrepancies.rows(world.conn, "open", 10)
    assert [row.n for row in discrepancies.rows(world.conn, "open", 1, found[0].n)] == [found[1].n]
    resolve = lambda which: world.do(  # noqa: E731
        lambda conn, hq, now: discrepancies.resolve(conn, hq, which, "王芳", "合并会员", now)
    )
    resolve(found[0].discrepancy)
    row = discrepancies.by_id(world.conn, found[0].discrepancy)
    assert (row.state, row.by, row.note) == ("resolved", "王芳", "合并会员")
    with pytest.raises(RefusedError) as refused:
        resolve(found[0].discrepancy)
    assert refused.value.code == Code.ALREADY_RESOLVED
    with pytest.raises(InputError):
        resolve(b"?" * 16)
    assert world.verify().ok


def test_own_fields_a_photo_and_a_password_are_kept_within_bounds(world):
    """What a chain adds arrives too; one profile never outgrows a row of a feed, whoever writes it."""
    member = world.ids()
    edit(
        world,
        "xihu",
        (member, "x_hair", "干性", 0),
        (member, "photo", "A" * 32_768, 0),
        (member, "password", "p" * 96, 0),
    )
    assert {field for (field,) in world.all("SELECT field FROM profiles")} == {"x_hair", "photo", "password"}
    edit(world, "xihu", (member, "photo", "B" * 32_769, 1), (member, "x_Hair", "油", 0), (member, "x_", "油", 0))
    edit(world, "xihu", *((member, f"x_{n}", "😀" * 500, 0) for n in range(30)))
    (size,) = world.one("SELECT sum(length(CAST(value AS BLOB))) FROM profiles")
    assert 40_000 < size < 57_344
    assert world.one("SELECT value FROM profiles WHERE field = 'photo'") == ("A" * 32_768,)


def test_a_password_conflict_shows_no_hash(world):
    """People see that two branches changed it, and neither value."""
    member = world.ids()
    edit(world, "xihu", (member, "password", "scrypt:one", 0))
    edit(world, "guanqian", (member, "password", "scrypt:two", 0))
    assert world.one("SELECT field, replaced, applied FROM profile_conflicts") == ("password", "", "")
