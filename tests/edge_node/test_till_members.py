"""Members at the till: registered offline, found in every way, personal data kept out of the log."""

import pytest
from edge_shop import LEAD, Shop

from commerce.errors import CommerceError
from commerce.facts import MemberRegistered
from commerce.reference import ProfileEdit
from commerce.tender import Offer
from edge_node.errors import AskPersonError, Code, EdgeError, MendInputError
from edge_node.ledger import bodies, members, outbox
from edge_node.ledger.hashes import commitment
from edge_node.ledger.verify import verify
from edge_node.till import members as acts
from edge_node.till.members import NewMember
from sync_protocol.entry import decode_entry


def _edits(shop: Shop) -> list[ProfileEdit]:
    return [bodies.decode(ProfileEdit, edit) for _, edit in outbox.pending(shop.conn, 0, 100)]


def test_a_member_is_found_in_every_way(shop: Shop):
    """Card, phone in any writing, last four, name, part of a name, pinyin initials."""
    shop.open()
    one = shop.register("欧阳娜娜", "+86 138-0013-8000", card="vip 88")
    shop.register("王小明", "13900001111")
    for text in ("VIP88", "13800138000", "１３８００１３８０００", "8000", "欧阳", "娜娜", "oynn"):
        assert [card.member for card in members.find(shop.conn, shop.node, text)] == [one], text
    assert members.find(shop.conn, shop.node, "9999") == ()
    assert members.by_id(shop.conn, one).masked_name == "欧**娜"


def test_the_log_holds_no_personal_data(shop: Shop):
    """The fact has ids and a commitment; name, phone and card travel in the outbox, which the commitment binds."""
    shop.open()
    done = shop.write(acts.register, shop.at(), NewMember("王小明", "13800138000", "C7", fields={"gender": "m"}))
    body = decode_entry(done.entry.entry).body
    for text in ("王小明", "13800138000", "C7"):
        assert text.encode() not in done.entry.entry
    fact = bodies.decode(MemberRegistered, body)
    edits = _edits(shop)
    assert {edit.field: edit.value for edit in edits} == {
        "name": "王小明",
        "phone": "13800138000",
        "card:1": "C7",
        "gender": "m",
    }
    assert fact.commitment == commitment(tuple(edits))
    assert len({edit.salt for edit in edits}) == 4
    assert commitment(tuple(edits[:-1])) != fact.commitment


def test_a_phone_or_card_known_here_is_taken(shop: Shop):
    """The branch refuses what it can see; what two dark branches do is HQ's discrepancy."""
    shop.open()
    one = shop.register(card="A1")
    for new, code in (
        (NewMember("李四", "138 0013 8000"), Code.PHONE_TAKEN),
        (NewMember("李四", "13900000000", "a1"), Code.CARD_TAKEN),
    ):
        with pytest.raises(AskPersonError) as caught:
            shop.write(acts.register, shop.at(), new)
        assert caught.value.code is code
    assert shop.rows("SELECT count(*) FROM members") == [(1,)]
    assert [card.member for card in members.find(shop.conn, shop.node, "A1")] == [one]


@pytest.mark.parametrize(
    "new",
    [
        NewMember(""),
        NewMember("名" * 41),
        NewMember("李四", "12"),
        NewMember("李四", "1380013800x"),
        NewMember("李四", "1" * 16),
        NewMember("李四", card="卡号"),
        NewMember("李四", tier="diamond"),
        NewMember("李四", fields={"password": "x"}),
        NewMember("李四", fields={"note": "x" * 201}),
        NewMember("李四\n"),
    ],
)
def test_bad_registrations_are_refused_whole(shop: Shop, new: NewMember):
    """Missing, overlong, malformed and unknown fields register nobody."""
    shop.open()
    with pytest.raises((EdgeError, CommerceError)):
        shop.write(acts.register, shop.at(), new)
    assert shop.rows("SELECT count(*) FROM members") == [(0,)]
    assert _edits(shop) == []


def test_only_a_shift_lead_gives_a_tier(shop: Shop):
    """A cashier registers in the default tier, named or not; another one is a discount for ever and takes a lead."""
    shop.open()
    shop.register("李四", "13900000000", tier="normal")
    with pytest.raises(AskPersonError) as caught:
        shop.register(tier="gold")
    assert (caught.value.code, caught.value.evidence) == (Code.ROLE_NEEDED, {"role": "shift_lead"})
    assert shop.rows("SELECT tier FROM members") == [("normal",)]
    member = shop.write(acts.register, shop.at(LEAD), NewMember("王小明", tier="gold")).member
    assert members.by_id(shop.conn, member).tier == "gold"


def test_cards_are_bound_and_lost(shop: Shop):
    """A bound card finds the member; a lost one is refused with words; it is not bound again."""
    shop.open()
    one, two = shop.register(), shop.register("李四", "13900000000")
    shop.write(acts.bind_card, shop.at(), one, "no-5")
    assert [card.member for card in members.by_card(shop.conn, shop.node, "NO-5")] == [one]
    with pytest.raises(AskPersonError):
        shop.write(acts.bind_card, shop.at(), two, "NO-5")
    shop.write(acts.lose_card, shop.at(), one, "NO-5")
    with pytest.raises(AskPersonError) as caught:
        members.find(shop.conn, shop.node, "NO-5")
    assert caught.value.code is Code.CARD_LOST
    with pytest.raises(AskPersonError):
        shop.write(acts.bind_card, shop.at(), two, "NO-5")
    with pytest.raises(MendInputError):
        shop.write(acts.lose_card, shop.at(), two, "NO-5")
    assert all(edit.value != "NO-5" for edit in _edits(shop))
    members.rehash(shop.conn, b"n" * 32)
    assert shop.rows("SELECT count(*) FROM cards WHERE state = 'active'") == [(0,)]


def test_an_edited_profile_is_found_by_its_new_words(shop: Shop):
    """Each field is one fact and one outbox row with the version it was made on."""
    shop.open()
    one = shop.register()
    written = shop.write(acts.edit_profile, shop.at(), one, {"name": "王大明", "phone": "13911112222"})
    assert len(written) == 2
    assert [card.member for card in members.find(shop.conn, shop.node, "wdm")] == [one]
    assert [card.member for card in members.find(shop.conn, shop.node, "2222")] == [one]
    assert members.find(shop.conn, shop.node, "13800138000") == ()
    two = shop.register("李四", "13800138000")
    with pytest.raises(AskPersonError):
        shop.write(acts.edit_profile, shop.at(), two, {"phone": "13911112222"})
    assert verify(shop.conn).ok


def test_merged_members_answer_under_the_one_they_became(shop: Shop):
    """An alias is followed and its lots pay; a loop of aliases is an unknown member, not an endless search."""
    shop.open()
    one, two = shop.register(), shop.register("李四", "13900000000")
    shop.conn.execute("UPDATE members SET alias_of = ? WHERE member = ?", (two, one))
    assert members.by_id(shop.conn, one).member == two
    shop.conn.execute("UPDATE members SET alias_of = x'' WHERE member = ?", (one,))
    shop.top_up(one)
    shop.conn.execute("UPDATE members SET alias_of = ? WHERE member = ?", (two, one))
    assert shop.sell([Offer("stored_value", 1500)], member=one).member == two
    shop.conn.execute("UPDATE members SET alias_of = ? WHERE member = ?", (one, two))
    with pytest.raises(MendInputError):
        members.by_id(shop.conn, one)
