"""Feed pages: taken in order, orders obeyed, nothing for another incarnation or of an older HQ epoch."""

import pytest
from edge_feed import EPOCH, LOT, grant, key_of, rights_row, send
from edge_shop import Shop

from commerce.errors import ShortageError
from commerce.reference import (
    BalanceRow,
    DirectoryRow,
    MemberRow,
    ProductRow,
    ProfileRow,
    SettingRow,
    StaffRow,
)
from commerce.tender import Offer
from edge_node.errors import Code, NotNowError, StopWorkError
from edge_node.ledger import balances, bodies, incarnations, link_state, members, outbox
from edge_node.ledger.apply import apply_early, positions
from edge_node.ledger.hashes import keyed_hash
from edge_node.ledger.node import load_node
from edge_node.ledger.rights import wallet
from edge_node.ledger.verify import verify
from edge_node.till import members as till_members
from sync_protocol.entry import decode_entry
from sync_protocol.epoch import HqEpoch
from sync_protocol.messages import Row
from sync_protocol.page import PageStep

DAY = "2026-03-01"


@pytest.fixture
def member(shop: Shop) -> bytes:
    """A registered member in an open shift."""
    shop.open()
    return shop.register()


def _value(shop: Shop, member: bytes) -> int:
    return wallet(shop.conn, shop.node, member).stored_value(DAY)


def _kinds(shop: Shop) -> list[str]:
    return [decode_entry(entry).kind for (entry,) in shop.rows("SELECT entry FROM entries ORDER BY id")]


def test_a_grant_can_be_spent_and_the_larger_total_stays(shop: Shop, member: bytes):
    """Rows are totals: a repeated or lower one changes nothing, a higher one adds the difference."""
    applied = grant(shop, member)
    assert _value(shop, member) == 30000
    assert [notice.kind for notice in applied.notices] == ["rights"]
    grant(shop, member, granted=20000)
    assert _value(shop, member) == 30000
    grant(shop, member, granted=35000)
    assert _value(shop, member) == 35000
    assert shop.sell([Offer("stored_value", 1500)], member=member).balances["principal"] == 33500
    assert verify(shop.conn).ok


def test_rows_for_another_incarnation_are_ignored(shop: Shop, member: bytes):
    """A new box never inherits what its predecessor was granted."""
    grant(shop, member, incarnation=b"x" * 16)
    assert _value(shop, member) == 0


def test_rows_of_an_older_hq_epoch_are_ignored(shop: Shop, member: bytes):
    """A row of an old HQ, however late it arrives, raises nothing; so does one of a twin with the same number."""
    shop.write(link_state.saw_epoch, HqEpoch(2, b"f" * 16))
    grant(shop, member)
    grant(shop, member, epoch=2, epoch_id=b"g" * 16)
    assert _value(shop, member) == 0
    grant(shop, member, epoch=2, epoch_id=b"f" * 16)
    assert _value(shop, member) == 30000


def test_an_old_copy_of_itself_stops_stored_value(shop: Shop, member: bytes):
    """A row that knows of more spending than this node ever did stops every use of rights; cash goes on."""
    grant(shop, member)
    applied = grant(shop, member, granted=90000, gone_known=5)
    assert [notice.kind for notice in applied.notices] == ["stopped"]
    assert _value(shop, member) == 30000
    with pytest.raises(NotNowError) as caught:
        shop.sell([Offer("stored_value", 1500)], member=member)
    assert caught.value.code is Code.STORED_VALUE_STOPPED
    with pytest.raises(NotNowError):
        shop.top_up(member)
    assert shop.sell([Offer("cash", 1500)], member=member).points_earned == 15
    grant(shop, member, order="closing")
    assert "rights" not in _kinds(shop)


def test_keep_returns_the_excess_at_once(shop: Shop, member: bytes):
    """The order is obeyed in the page's transaction by a return of this node's own; obeying twice is harmless."""
    applied = grant(shop, member, order="keep", order_amount=12000)
    assert applied.wrote
    assert _value(shop, member) == 12000
    assert _kinds(shop)[-1] == "rights"
    again = grant(shop, member, order="keep", order_amount=12000, gone_known=18000)
    assert not again.wrote
    assert verify(shop.conn).ok


def test_closing_returns_all_and_bars_the_lot(shop: Shop, member: bytes):
    """A lot under closing is not used any more, and what is granted by mistake goes straight back."""
    grant(shop, member, order="closing")
    assert _value(shop, member) == 0
    assert shop.rows("SELECT granted, gone FROM rights WHERE lot = ?", LOT) == [(30000, 30000)]


def test_expire_writes_off_by_a_fact_of_this_node(shop: Shop, member: bytes):
    """HQ orders, the holder books: expiry balances and names no clock."""
    grant(shop, member, asset="bonus", expires_on="2026-01-31", order="expire")
    assert _value(shop, member) == 0
    assert _kinds(shop)[-1] == "withdraw"
    assert verify(shop.conn).ok


def test_points_do_not_collect_in_a_lot_that_hq_closes(shop: Shop, member: bytes):
    """A points lot under closing stays as it is; new points open another one."""
    shop.sell([Offer("cash", 1500)], member=member)
    lot, owner = shop.rows("SELECT lot, owner FROM lots WHERE asset = 'points'")[0]
    grant(shop, owner, lot=lot, asset="points", issuer=shop.node.branch, granted=0, gone_known=0, order="closing")
    assert shop.sell([Offer("cash", 1500)], member=member).balances == {"points": 15}
    assert shop.rows("SELECT count(*) FROM lots WHERE asset = 'points'") == [(2,)]
    assert verify(shop.conn).ok


def test_paid_money_never_expires(shop: Shop, member: bytes):
    """An order to expire principal is passed over: it stays usable, and the page is taken (art. 24)."""
    grant(shop, member, order="expire")
    assert _value(shop, member) == 30000


def test_a_page_moves_the_position_with_its_rows(shop: Shop):
    """A repeated page is stale, one with a gap is asked for again, one of another lineage is not applied."""
    row = ("product:tea", ProductRow("tea", "茉莉花茶", "饮品", "杯", 1800))
    assert send(shop, "chain", row).step is PageStep.APPLY
    assert positions(shop.conn)["chain"] == (EPOCH, 1)
    assert send(shop, "chain", row, start=0).step is PageStep.STALE
    assert send(shop, "chain", row, start=5).step is PageStep.ASK_AGAIN
    assert positions(shop.conn)["chain"].position == 1


def test_feeds_of_others_are_refused(shop: Shop):
    """A page of another branch's feed is a fault of the peer, never data."""
    with pytest.raises(StopWorkError) as caught:
        send(shop, "branch:b999", ("balance:00", None))
    assert caught.value.code is Code.PAGE_REFUSED


def test_the_first_row_of_a_kind_from_hq_replaces_all_local_ones(shop: Shop):
    """Once HQ names products, the shop's own go; kinds HQ has not sent yet stay."""
    applied = send(shop, "chain", ("product:p1", ProductRow("p1", "铁观音", "茶叶", "盒", 8800)))
    assert applied.reference_changed
    book = shop.at().book
    assert sorted(product.item for product in book.catalogue) == ["p1", "quick"]
    assert set(book.tiers) == {"normal", "gold"}
    send(shop, "chain", ("product:p2", ProductRow("p2", "龙井", "茶叶", "盒", 9900)), ("product:p1", None))
    assert sorted(product.item for product in shop.at().book.catalogue) == ["p2", "quick"]


def test_a_setting_of_the_branch_wins(shop: Shop):
    """Both feeds may name a setting; the branch's is used here."""
    send(shop, "chain", ("setting:rounding", SettingRow("rounding", '"yuan_down"')))
    assert shop.at().book.settings.rounding.code == "yuan_down"
    send(shop, f"branch:{shop.node.branch}", ("setting:rounding", SettingRow("rounding", '"none"')))
    assert shop.at().book.settings.rounding.code == "none"


def test_unknown_kinds_and_unreadable_bodies_do_not_stop_a_page(shop: Shop):
    """A newer HQ may send what this version does not know; the rest of the page is taken."""
    send(
        shop,
        "chain",
        ("weather:today", {"rain": True}),
        ("tier:x", {"nonsense": 1}),
        ("directory:b002", DirectoryRow("b002", "万达店", b"n" * 16, b"k" * 32, b"i" * 16)),
    )
    book = shop.at().book
    assert set(book.directory) == {"b002"}
    assert shop.rows("SELECT count(*) FROM reference WHERE key = 'weather:today'") == [(1,)]


def test_members_of_other_branches_are_found_by_hash(shop: Shop):
    """The members feed makes anyone known here by card and phone, with a masked name, and a tombstone forgets them."""
    one, key = b"1" * 16, shop.node.member_key
    row = MemberRow(
        one,
        "gold",
        "陈*",
        keyed_hash(key, "phone", "13911112222"),
        keyed_hash(key, "last4", "2222"),
        ((keyed_hash(key, "card", "A1"), "active"),),
    )
    send(shop, "members", (f"member:{one.hex()}", row))
    for text in ("139 1111 2222", "2222", "a1"):
        (found,) = members.find(shop.conn, shop.node, text)
        assert (found.member, found.masked_name, found.name) == (one, "陈*", "")
    send(shop, "members", (f"member:{one.hex()}", None))
    assert members.find(shop.conn, shop.node, "2222") == ()


def test_what_was_edited_here_stays_until_hq_answered(shop: Shop, member: bytes):
    """HQ's older row overwrites neither a card bound here nor a field edited here while the edit waits."""
    shop.write(till_members.bind_card, shop.at(), member, "NEW-1")
    old = MemberRow(member, "gold", "王**", b"h" * 16, b"4" * 16)
    profile = ProfileRow(member, (("name", "王大明", 3), ("gender", "m", 1)))
    branch = f"branch:{shop.node.branch}"
    send(shop, "members", (f"member:{member.hex()}", old))
    send(shop, branch, (f"profile:{member.hex()}", profile))
    assert [card.member for card in members.find(shop.conn, shop.node, "NEW-1")] == [member]
    assert members.profile(shop.conn, member)["name"] == ("王小明", 0)
    assert members.profile(shop.conn, member)["gender"] == ("m", 1)
    last, _ = outbox.pending(shop.conn, 0, 100)[-1]
    shop.write(outbox.done, last)
    send(shop, branch, (f"profile:{member.hex()}", profile))
    assert members.profile(shop.conn, member) == {"name": ("王大明", 3), "gender": ("m", 1)}
    assert [card.name for card in members.find(shop.conn, shop.node, "wdm")] == ["王大明"]
    assert members.by_name(shop.conn, "wxm") == ()


def test_balances_of_the_chain_explain_a_shortage(shop: Shop, member: bytes):
    """A refused spend says what is available here, and what the whole chain holds as HQ knew it."""
    row = BalanceRow(member, (("principal", 50000), ("bonus", 5000)), 777)
    send(shop, f"branch:{shop.node.branch}", (f"balance:{member.hex()}", row))
    assert balances.chain_balance(shop.conn, member) == row
    with pytest.raises(ShortageError) as caught:
        shop.sell([Offer("stored_value", 1500)], member=member)
    assert caught.value.evidence == {"wanted": 1500, "available": 0, "chain": 55000, "chain_as_of": 777}


def test_early_rows_do_not_move_the_position(shop: Shop, member: bytes):
    """Rights that come with an answer are taken at once; rows of other kinds beside them are not."""
    row = rights_row(shop, member)
    rows = [
        Row(key_of(row), 9, bodies.encode(row)),
        Row("staff:999", 9, bodies.encode(StaffRow("999", "贼", ("manager",), b"", b""))),
    ]
    shop.write(apply_early, shop.node, rows, 1, shop.new_id)
    assert _value(shop, member) == 30000
    assert positions(shop.conn) == {}
    assert "999" not in shop.at().book.staff


def test_rows_after_the_incarnation_changed_are_ignored(shop: Shop, member: bytes):
    """A row addressed to the life before gives nothing to the next one."""
    row = rights_row(shop, member)
    shop.write(incarnations.open_next, "closed", shop.new_id(), 1)

    shop.node = load_node(shop.conn, shop.node.member_key)
    send(shop, f"branch:{shop.node.branch}", (key_of(row), row))
    assert _value(shop, member) == 0
