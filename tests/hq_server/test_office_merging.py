"""Merging members: one goes on, the other's lots, cards and rights count to the one who does, and the books hold."""

import msgspec
import pytest
from branch_world import Chain
from hq_world import DAY

from commerce.reference import BalanceRow, MemberRow, RightsRequest
from hq_server.distribution import rows
from hq_server.errors import HqError
from hq_server.head_office import branches, member_orders, members, members_state, merging, registration
from hq_server.head_office.act import Act
from hq_server.ledger import aliases
from hq_server.ledger.discrepancies import rows as open_ones
from hq_server.rights import requests, wealth
from hq_server.rights.reach import Reach

OLD = registration.NewMember("guanqian", "张伟", "13800010001", "80010001")
NEW = registration.NewMember("guanqian", "张伟伟", "", "80010002")


@pytest.fixture
def chain(tmp_path):
    """HQ with its core, and two branches."""
    chain = Chain(tmp_path)
    for branch in ("guanqian", "xihu"):
        do(chain, branches.register, branch, branch)
    yield chain
    chain.conn.close()


def do(chain, function, *args, by="chen.jing"):
    """Run ``function(conn, act, *args)`` as somebody."""
    return chain.do(lambda conn, hq, now: function(conn, Act(hq, by, now), *args))


def register(chain, new):
    """Register a member at head office."""
    return do(chain, registration.register, new, DAY, chain.ids)


def merge(chain, merged, into):
    """Merge two members."""
    return do(chain, merging.merge, merged, into, "同一个人", DAY, chain.ids)


def body(chain, key, feed, kind):
    """Decode a feed row as branches would read it now."""
    found = rows.bodies(chain.conn, chain.hq, feed, [key], chain.now)[key]
    return msgspec.msgpack.decode(found, type=kind)


def test_values_cards_and_rights_follow(chain):
    """Lots stay where they are and count to the one who goes on: at HQ, in balances, in wishes for rights."""
    old, new = register(chain, OLD), register(chain, NEW)
    shop, other = chain.shop("guanqian"), chain.shop("xihu")
    shop.top_up(old, 10_000, returned=(10_000,))
    other.top_up(new, 3_000)
    shop.send()
    other.send()
    chain.apply()
    told = merging.preview(chain.conn, old, new)
    assert (told.balances, told.lots, told.cards, told.branches) == ({"principal": 10_000}, 1, 1, ("guanqian",))
    assert (told.fields, told.frozen, told.before) == (("phone",), False, 0)
    merge(chain, old, new)
    account = members.detail(chain.conn, new)
    assert account.balances == {"principal": 13_000}
    assert account.became == (old,)
    assert account.profile["phone"] == "13800010001"
    assert {card.member for card in account.cards} == {old, new}
    assert {lot.left for lot in account.lots} == {10_000, 3_000}
    assert body(chain, f"member:{old.hex()}", "members", MemberRow).alias_of == new
    assert body(chain, f"balance:{new.hex()}", "branch:xihu", BalanceRow).balances == (("principal", 13_000),)
    assert wealth.load(chain.conn, [new])[new].own == 10_000
    wish = msgspec.msgpack.encode(RightsRequest(new, "principal", 4_000))
    chain.do(lambda conn, hq, now: requests.ask(conn, hq, other.no, 1, "rights", wish, Reach(), now))
    other.take_grants()
    assert other.can_pay(new) + other.can_pay(old) == 7_000
    assert chain.verify().ok


def test_a_merge_resolves_what_it_was_about(chain):
    """One phone of two members is a discrepancy; merging them resolves exactly that, with the reason given."""
    old, new = register(chain, OLD), register(chain, registration.NewMember("xihu", "张伟", OLD.phone))
    third = register(chain, registration.NewMember("xihu", "张大伟", OLD.phone))
    assert merging.preview(chain.conn, old, new).discrepancies == 1
    merge(chain, old, new)
    left = open_ones(chain.conn, "open", 9)
    assert [third.hex() in one.detail for one in left] == [True, True]
    assert [one.note for one in open_ones(chain.conn, "resolved", 9)] == ["同一个人"]


def test_aliases_stay_flat(chain):
    """Who was merged into the one merged goes with it: tills follow one step."""
    first, second = register(chain, OLD), register(chain, NEW)
    third = register(chain, registration.NewMember("xihu", "张先生"))
    merge(chain, first, second)
    assert merging.preview(chain.conn, second, third).before == 1
    merge(chain, second, third)
    assert aliases.roots(chain.conn, [first, second, third]) == dict.fromkeys((first, second, third), third)
    assert aliases.merged_into(chain.conn, [third]) == {third: sorted((first, second))}


def test_nobody_is_merged_twice_nor_into_themselves(chain):
    """Only two members who both still stand are merged, and with a reason."""
    old, new = register(chain, OLD), register(chain, NEW)
    for pair, code in (((old, old), "bad_value"), ((old, b"?" * 16), "unknown_member")):
        with pytest.raises(HqError, match=code):
            merging.preview(chain.conn, *pair)
    with pytest.raises(HqError, match="bad_value"):
        do(chain, merging.merge, old, new, " ", DAY, chain.ids)
    merge(chain, old, new)
    for pair in ((old, new), (new, old)):
        with pytest.raises(HqError, match="member_merged"):
            merge(chain, *pair)


def test_a_freeze_of_either_goes_on(chain):
    """Merging is no way around a freeze."""
    old, new = register(chain, OLD), register(chain, NEW)
    do(chain, lambda conn, act: members_state.set_frozen(conn, act, old, "挂失", DAY, frozen=True))
    assert merging.preview(chain.conn, old, new).frozen
    merge(chain, old, new)
    assert members.detail(chain.conn, new).member.frozen


def test_gathering_the_value_of_who_went_on_reaches_the_old_lots(chain):
    """An order about the one who goes on is an order about all its lots."""
    old, new = register(chain, OLD), register(chain, NEW)
    shop = chain.shop("guanqian")
    shop.top_up(old, 10_000)
    shop.send()
    chain.apply()
    merge(chain, old, new)
    assert do(chain, member_orders.order_closing, new) == 1
    assert do(chain, member_orders.lift_closing, new) == 1
