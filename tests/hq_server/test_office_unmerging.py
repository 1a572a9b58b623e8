"""Taking a merge back: both members have what was issued to them, and nothing of the chain's value came or went."""

from dataclasses import replace

import msgspec
import pytest
from branch_world import Chain
from hq_world import DAY, basket
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.facts import Tender
from commerce.reference import BalanceRow, MemberRow, TierRow
from commerce.sale import sale_fact
from commerce.wallet import plan_spend
from hq_server.analysis import follow
from hq_server.distribution import rows
from hq_server.errors import HqError
from hq_server.head_office import branches, catalogue, members, members_state, merging, merging_undo, registration, tags
from hq_server.head_office.act import Act
from hq_server.ledger import aliases, changes, lots
from hq_server.ledger.discrepancies import rows as discrepancies

OLD = registration.NewMember("guanqian", '张伟 <b>"O\'Neil"</b> 🍵', "13800010001", "80010001", "gold")
NEW = registration.NewMember("guanqian", "张伟伟", "", "80010002")
PHONE_TWICE = registration.NewMember("xihu", "张伟", OLD.phone)


def build(folder):
    """HQ with its core, two branches, two tiers."""
    chain = Chain(folder)
    for branch in ("guanqian", "xihu"):
        do(chain, branches.register, branch, branch)
    do(chain, catalogue.put, "", TierRow("gold", "金卡", 2))
    return chain


@pytest.fixture
def chain(tmp_path):
    """The same for one test."""
    chain = build(tmp_path)
    yield chain
    chain.conn.close()


def do(chain, function, *args, by="chen.jing", **more):
    """Run ``function(conn, act, *args)`` as somebody."""
    return chain.do(lambda conn, hq, now: function(conn, Act(hq, by, now), *args, **more))


def register(chain, *people):
    """Register members at head office."""
    return [do(chain, registration.register, new, DAY, chain.ids) for new in people]


def merge(chain, merged, into):
    """Merge two members."""
    do(chain, merging.merge, merged, into, "同一个人", DAY, chain.ids)


def unmerge(chain, merged):
    """Take it back."""
    return do(chain, merging_undo.unmerge, merged, "其实是父子", DAY, chain.ids)


def follows(chain):
    """Have read models follow all facts."""
    while chain.do(lambda conn, hq, now: follow.step(conn)):
        pass


def people(chain):
    """What the tables say of members, but for versions and what is kept for the record."""
    return {
        "members": chain.all("SELECT member, tier, frozen, alias_of, phone_hash, last4_hash FROM members ORDER BY 1"),
        "profiles": chain.all("SELECT member, field, value FROM profiles WHERE value <> '' ORDER BY 1, 2"),
        "cards": chain.all("SELECT card, member, state FROM cards ORDER BY 1"),
        "tags": chain.all("SELECT tag, member FROM member_tags ORDER BY 1, 2"),
        "lots": chain.all("SELECT lot, owner, issued, own, transit, spent, refunded, withdrawn FROM lots ORDER BY 1"),
        "books": chain.all("SELECT account, unit, amount FROM balances WHERE amount <> 0 ORDER BY 1, 2"),
    }


def spend(shop, payer, owners, amount):
    """Sell to `payer`, paid from what all of these owners have here: as tills do with members who became one."""
    views = [view for owner in owners for view in shop.views(owner)]
    uses = plan_spend(views, DAY, amount)
    tenders = (Tender("stored_value", amount),)
    shop.write(sale_fact(shop.desk, shop.ids(), "S9", payer, basket(amount), tenders=tenders, uses=uses))
    shop.send()


def test_all_that_a_merge_changed_is_undone(chain):
    """Alias, tier, freeze, fields and tags are as before, and so are lots and books; the journal tells both acts."""
    old, new = register(chain, OLD, NEW)
    do(chain, tags.put, "VIP", "")
    do(chain, tags.give, "VIP", [old])
    do(chain, members_state.set_frozen, old, "挂失", DAY, frozen=True)
    shop = chain.shop("guanqian")
    shop.top_up(old, 10_000, bonus=1_000, returned=(4_000, 400))
    shop.top_up(new, 3_000)
    shop.send()
    chain.apply()
    before = people(chain)
    merge(chain, old, new)
    assert people(chain) != before
    told = merging_undo.preview(chain.conn, old)
    assert (told.balances, told.keeper_balances) == ({"bonus": 1_000, "principal": 10_000}, {"principal": 3_000})
    assert (told.fields, told.fields_kept, told.tags) == (("phone",), (), ("VIP",))
    assert (told.tier, told.tier_changes, told.frozen, told.merged_frozen) == ("", True, False, True)
    assert (told.used, told.doubles, told.before, told.cards) == ({}, 0, 0, 1)
    assert unmerge(chain, old) == new
    assert people(chain) == before
    assert members.detail(chain.conn, new).became == ()
    follows(chain)
    acts = [act for (act,) in chain.all("SELECT act FROM acts WHERE act LIKE 'members_%' ORDER BY n")]
    assert acts == ["members_tagged", "members_merged", "members_unmerged"]
    assert chain.verify().ok


def test_what_was_decided_since_stays(chain):
    """A field edited, a tier given, a freeze laid upon both: taking the merge back is no way around them."""
    old, new = register(chain, OLD, NEW)
    merge(chain, old, new)
    do(chain, members_state.edit_profile, new, {"phone": "13800010077"}, DAY, chain.ids)
    do(chain, members_state.set_frozen, new, "挂失", DAY, frozen=True)
    told = merging_undo.preview(chain.conn, old)
    assert (told.fields, told.fields_kept) == ((), ("phone",))
    assert (told.frozen, told.merged_frozen) == (True, True)
    unmerge(chain, old)
    assert [members.detail(chain.conn, one).member.frozen for one in (old, new)] == [True, True]
    assert members.detail(chain.conn, new).profile["phone"] == "13800010077"


def test_a_freeze_that_the_merge_brought_goes_but_not_one_laid_anew(chain):
    """Thawed and frozen again by a person, the keeper stays frozen: only what the merge did is undone."""
    old, new = register(chain, OLD, NEW)
    do(chain, members_state.set_frozen, old, "挂失", DAY, frozen=True)
    merge(chain, old, new)
    for frozen in (False, True):
        do(chain, members_state.set_frozen, new, "核实", DAY, frozen=frozen)
    unmerge(chain, old)
    assert members.detail(chain.conn, new).member.frozen


def test_a_phone_of_both_is_a_discrepancy_again(chain):
    """What the merge resolved stands again for people to decide, each time anew, and is resolved by another merge."""
    old, new = register(chain, OLD, PHONE_TWICE)
    for times in (1, 2):
        merge(chain, old, new)
        assert discrepancies(chain.conn, "open", 9) == []
        assert merging_undo.preview(chain.conn, old).doubles == 1
        unmerge(chain, old)
        assert [one.code for one in discrepancies(chain.conn, "open", 9)] == ["phone_twice"]
        assert len(discrepancies(chain.conn, "resolved", 9)) == times
    assert chain.verify().ok


def test_whoever_took_the_phone_meanwhile_is_told_too(chain):
    """While two were one, a third with the phone was compared with the one who went on alone; now with its owner."""
    old, new = register(chain, OLD, NEW)
    merge(chain, old, new)
    (third,) = register(chain, PHONE_TWICE)
    unmerge(chain, old)
    pairs = {frozenset(one.detail.split()) for one in discrepancies(chain.conn, "open", 9)}
    assert pairs == {frozenset((third.hex(), new.hex())), frozenset((third.hex(), old.hex()))}
    assert chain.verify().ok


def test_branches_hear_of_it(chain):
    """The rows by which tills know both, and their balances, are as if they had never been one."""
    old, new = register(chain, OLD, NEW)
    shop = chain.shop("guanqian")
    shop.top_up(old, 10_000)
    shop.send()
    chain.apply()
    merge(chain, old, new)
    chain.conn.execute("DELETE FROM feed_dirty")
    unmerge(chain, old)
    keys = {"members": f"member:{old.hex()}", "branch:guanqian": f"balance:{new.hex()}"}
    dirty = changes.dirty(chain.conn)
    assert all(key in dirty[feed] for feed, key in keys.items())
    told = {feed: rows.bodies(chain.conn, chain.hq, feed, [key], chain.now)[key] for feed, key in keys.items()}
    assert msgspec.msgpack.decode(told["members"], type=MemberRow).alias_of == b""
    assert msgspec.msgpack.decode(told["branch:guanqian"], type=BalanceRow).balances == ()


def test_what_was_spent_since_is_told_and_not_given_back(chain):
    """The preview names what acts of the one who went on took out of the other's value, and which acts."""
    old, new = register(chain, OLD, NEW)
    shop = chain.shop("guanqian")
    shop.top_up(old, 10_000)
    shop.send()
    chain.apply()
    merge(chain, old, new)
    spend(shop, new, (old, new), 2_500)
    chain.apply()
    follows(chain)
    told = merging_undo.preview(chain.conn, old)
    assert (told.balances, told.keeper_balances, told.used) == ({"principal": 7_500}, {}, {"principal": 2_500})
    assert [chain.one("SELECT act, number FROM acts WHERE n = ?", n) for n in told.acts] == [("", "S9")]
    unmerge(chain, old)
    assert lots.balances(chain.conn, old) == {"principal": 7_500}
    assert chain.verify().ok


def test_merges_are_taken_back_in_the_reverse_order(chain):
    """Of first → second → third the last goes first; then the first is the second's again, and can go too."""
    first, second, third, fourth = register(chain, OLD, NEW, PHONE_TWICE, replace(NEW, name="张先生", card=""))
    merge(chain, first, second)
    merge(chain, second, third)
    merge(chain, fourth, third)
    for member, later in ((first, second), (second, fourth)):
        with pytest.raises(HqError, match="merged_since") as refused:
            unmerge(chain, member)
        assert refused.value.evidence["member"] == later.hex()
    unmerge(chain, fourth)
    assert merging_undo.preview(chain.conn, second).before == 1
    unmerge(chain, second)
    assert aliases.merged_into(chain.conn, [first, second, third, fourth]) == {second: [first]}
    unmerge(chain, first)
    assert not aliases.any_merged(chain.conn)


def test_only_a_merge_that_stands_is_taken_back(chain):
    """Who was never merged, or is himself again, or is nobody: refused with a code; a reason is asked for."""
    old, new = register(chain, OLD, NEW)
    for member, code in ((old, "not_merged"), (b"?" * 16, "unknown_member")):
        with pytest.raises(HqError, match=code):
            merging_undo.preview(chain.conn, member)
    merge(chain, old, new)
    with pytest.raises(HqError, match="not_merged"):
        unmerge(chain, new)
    with pytest.raises(HqError, match="bad_value"):
        do(chain, merging_undo.unmerge, old, " ", DAY, chain.ids)
    unmerge(chain, old)
    with pytest.raises(HqError, match="not_merged"):
        unmerge(chain, old)


STEP = st.tuples(st.sampled_from(["top_up", "spend"]), st.integers(0, 1), st.integers(0, 1), st.integers(1, 3_000))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=st.lists(STEP, max_size=4), since=st.lists(STEP, max_size=5))
def test_merging_and_unmerging_conserves_everything(tmp_path_factory, before, since):
    """Whatever was topped up and spent before and between, every lot is its owner's and the books are as without."""
    chain = build(tmp_path_factory.mktemp("unmerge"))
    pair = register(chain, OLD, NEW)
    shops = [chain.shop("guanqian"), chain.shop("xihu")]

    def trade(steps, *, merged):
        for what, who, where, amount in steps:
            payer = pair[1] if merged else pair[who]
            owners = pair if merged else [payer]
            here = sum(shops[where].can_pay(owner) for owner in owners)
            if what == "top_up":
                shops[where].top_up(payer, amount)
                shops[where].send()
            elif here:
                spend(shops[where], payer, owners, min(amount, here))
        chain.apply()

    def money():
        return {name: rows for name, rows in people(chain).items() if name in ("lots", "books")}

    trade(before, merged=False)
    merge(chain, *pair)
    trade(since, merged=True)
    follows(chain)
    stood = money()
    told = merging_undo.preview(chain.conn, pair[0])
    together = members.detail(chain.conn, pair[1]).balances
    unmerge(chain, pair[0])
    assert money() == stood
    apart = [members.detail(chain.conn, one).balances for one in pair]
    assert [{asset: n for asset, n in one.items() if n} for one in apart] == [told.balances, told.keeper_balances]
    assert sum(one.get("principal", 0) for one in apart) == together.get("principal", 0)
    issued = chain.one("SELECT coalesce(sum(issued), 0) FROM lots WHERE owner = ?", pair[0])[0]
    own = sum(amount for what, who, _, amount in before if (what, who) == ("top_up", 0))
    assert issued == own
    assert chain.verify().ok
    chain.conn.close()
