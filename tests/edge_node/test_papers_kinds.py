"""Papers of real acts: what a customer, a cashier and a shift lead read on them."""

from typing import Any

import pytest
from edge_shop import LEAD, Shop
from paper_shop import KEY, joined, last_job, setting, text, with_key

from commerce.facts import CountedCash, Refund
from commerce.tender import Offer
from edge_node.devices.papers import making, samples, source
from edge_node.devices.papers.source import Means
from edge_node.ledger import members
from edge_node.till import claims, papers, refunds, shifts, withdrawals
from edge_node.till.claims import ClaimOrder
from edge_node.till.refunds import RefundOrder


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    """A shop with a name, a key and an open shift."""
    setting(shop, shop_name='"好味道茶饮"')
    shop.open()
    return with_key(shop)


def _refund(shop: Shop, sale: bytes) -> None:
    """Take one piece of the first line back, in cash."""
    order = RefundOrder(sale, ((0, 1000),), in_cash=True, reason="洒了")
    shop.write(refunds.refund, shop.at(), order, LEAD)


def test_a_walk_in_receipt(open_shop: Shop):
    """Every line, what was taken off it, rounding, change; nothing about members."""
    open_shop.sell([Offer("cash", 5000)], ("tea", 2000), ("apple", 1535))
    assert text(open_shop) == [
        "      好味道茶饮",
        "--------------------------------",
        "单号                 260301-1-20",
        "时间         2026-03-01 10:00:00",
        "收银台 T1            收银员 李娜",
        "--------------------------------",
        "珍珠奶茶",
        "  2杯 × 15.00             30.00",
        "红富士苹果",
        "  1.535公斤 × 12.80       19.65",
        "--------------------------------",
        "共 2 项                    49.65",
        "抹零                       -0.05",
        "合计                     ￥49.60",
        "现金                       49.60",
        "  实收                     50.00",
        "找零                        0.40",
        "--------------------------------",
        "260301-1-20",
        "--------------------------------",
    ]


def test_a_members_receipt(open_shop: Shop):
    """Discounts stand at their lines, each tender by its name; the member is masked, balances before and after."""
    member = open_shop.register()
    open_shop.top_up(member)
    open_shop.conn.execute("UPDATE members SET tier = 'gold' WHERE member = ?", (member,))
    open_shop.sell([Offer("cash", 2700)], ("tea", 2000), member=member)
    offers = [Offer("stored_value", 1200), Offer("points", 50), Offer("wechat", 100, "WX1")]
    open_shop.sell(offers, ("tea", 1000), member=member)
    lines = text(open_shop)
    at = lines.index("珍珠奶茶")
    assert lines[at + 1 : at + 3] == ["  1杯 × 15.00             15.00", "  会员折扣                 -1.50"]
    at = lines.index("合计                     ￥13.50")
    assert lines[at - 1 : at + 12] == [
        "优惠                       -1.50",
        "合计                     ￥13.50",
        "储值支付                   12.00",
        "积分抵扣                    0.50",
        "  使用积分                    50",
        "微信支付                    1.00",
        "  凭证号                     WX1",
        "--------------------------------",
        "会员 王*明 金卡会员     ****8000",
        "本次积分                     +26",
        "本店可用余额  1200.00 → 1188.00",
        "本店可用积分            54 → 30",
        "--------------------------------",
    ]
    assert not any("小" in line or "13800138000" in line for line in lines)


def test_a_member_nobody_knows_any_more(open_shop: Shop):
    """An erased member's receipt still prints, without the member; a wandered one bears the masked name alone."""
    member = open_shop.register()
    open_shop.sell([Offer("cash", 1500)], member=member)
    open_shop.write(members.forget, member, profile_only=True)
    assert "会员 王*明 普通会员" in text(open_shop)
    open_shop.write(members.forget, member, profile_only=False)
    assert not any("会员" in line for line in text(open_shop))


def test_a_top_up(open_shop: Shop):
    """What was paid, what was given with it, and the balance before and after."""
    open_shop.top_up(open_shop.register())
    lines = text(open_shop)
    for line in (
        "            充值小票",
        "充值活动             充1000送200",
        "赠送金额                 +200.00",
        "实付                   ￥1000.00",
        "本店可用余额     0.00 → 1200.00",
    ):
        assert line in lines
    assert not any("积分" in line for line in lines), "who has no points reads nothing of them"


def test_a_refund_and_an_undo(open_shop: Shop):
    """What came back and to where, who approved it and why, a line to sign."""
    member = open_shop.register()
    topped_up = open_shop.top_up(member)
    sale = open_shop.sell([Offer("stored_value", 1200), Offer("wechat", 1800)], ("tea", 2000), member=member)
    order = RefundOrder(sale.sale, ((0, 1000),), in_cash=True, reason="洒了")
    open_shop.write(refunds.refund, open_shop.at(), order, LEAD)
    lines = text(open_shop)
    for line in (
        f"原单号               {sale.number}",
        "  1杯                     -15.00",
        "退款合计                 ￥15.00",
        "退回储值                    6.00",
        "退回 现金                   9.00",
        "扣回积分                     -15",
        "本店可用余额  1188.00 → 1194.00",
        "原因: 洒了",
        "批准: 王强",
    ):
        assert line in lines
    open_shop.write(refunds.refund, open_shop.at(), order._replace(reason="又洒了"), LEAD)
    open_shop.write(withdrawals.undo_top_up, open_shop.at(), topped_up.issue, "充错了", LEAD, in_cash=True)
    lines = text(open_shop)
    for line in (
        "业务                    充值撤销",
        "扣回赠送                 -200.00",
        "退款                   ￥1000.00",
    ):
        assert line in lines


def test_a_refund_of_what_is_gone(open_shop: Shop):
    """A slip is printed even where the sale's own lines cannot be read any more, and its points owed are told."""
    sale = open_shop.sell([Offer("cash", 1500)])
    open_shop.write(
        refunds.refund, open_shop.at(), RefundOrder(sale.sale, ((0, 1000),), in_cash=True, reason="洒了"), LEAD
    )
    found = source.find(
        open_shop.conn, open_shop.node, open_shop.at().book, last_job(open_shop), now=open_shop.now, means=Means()
    )
    assert found is not None
    assert isinstance(found.body, Refund)
    lost = Refund(**{**{name: getattr(found.body, name) for name in Refund.__slots__}, "sale": b"?" * 16})
    made: Any = making.refund(found, lost)
    assert [row["name"] for row in made["lines"]] == [""]
    assert (made["sale_number"], made["total"]) == ("", "15.00")


def test_papers_of_a_shift(open_shop: Shop):
    """Cash moved, the X so far and the Z with what was counted, per tender."""
    sale = open_shop.sell([Offer("cash", 1000), Offer("wechat", 500)])
    open_shop.write(
        refunds.refund, open_shop.at(), RefundOrder(sale.sale, ((0, 1000),), in_cash=True, reason="洒了"), LEAD
    )
    open_shop.write(shifts.cash, open_shop.at(LEAD), "cash_in", 5000, "换零钱")
    lines = text(open_shop)
    assert lines[1].strip() == "现金存入"
    assert "金额                     ￥50.00" in lines
    assert "原因: 换零钱" in lines
    open_shop.write(shifts.print_x, open_shop.at(LEAD))
    lines = text(open_shop)
    assert lines[1].strip() == "班中报表 X"
    assert "现金              10.00    15.00" in lines
    assert "微信支付           5.00" in lines
    assert not any("清点" in line for line in lines), "a count is blind: an X shows nothing expected"
    open_shop.write(shifts.count, open_shop.at(), (CountedCash("cash", 14400), CountedCash("wechat", 500)))
    open_shop.write(shifts.close_shift, open_shop.at(LEAD), "少一元")
    lines = text(open_shop)
    assert lines[1].strip() == "交班报表 Z"
    at = lines.index("清点               应有     实点")
    assert lines[at + 1 : at + 5] == [
        "现金             145.00   144.00",
        "  差异                     -1.00",
        "微信支付           5.00     5.00",
        "原因: 少一元",
    ]


def test_a_claim_slip(open_shop: Shop):
    """What was taken back for another branch: it says whose goods, and that the money follows."""
    order = ClaimOrder(b"x" * 16, "b002", ((0, 1000), (2, 500)), "尺寸不合")
    made = open_shop.write(claims.claim, open_shop.at(), order, LEAD)
    lines = text(open_shop)
    assert f"异店退货号              {made.claim.hex()[:8].upper()}" in lines
    assert "销售门店                    b002" in lines
    assert "原单第 3 项             数量 0.5" in lines
    assert any("待销售门店确认后退款" in line for line in lines)


def test_no_paper_for_what_has_none(open_shop: Shop):
    """An entry that is not there, or that no paper shows, makes none."""
    open_shop.write(papers.open_drawer, open_shop.at(LEAD), "换零钱")
    for job in (last_job(open_shop), last_job(open_shop, entry=999)):
        made = making.read(open_shop.conn, open_shop.node, open_shop.at().book, job, now=open_shop.now, means=Means())
        assert made is None


def test_unsynced_papers_say_so(open_shop: Shop):
    """In a chain, what HQ has not acked bears the mark, unless it is just on its way; alone nothing does."""
    mark = "▲ 未上传总部，联网后自动上传"

    def marked(*, online: bool, age: int = 0) -> bool:
        open_shop.now += age
        try:
            return any(mark in line for line in text(open_shop, means=Means(online=lambda: online)))
        finally:
            open_shop.now -= age

    sale = open_shop.sell([Offer("cash", 1500)])
    assert not marked(online=False)
    joined(open_shop)
    assert marked(online=False)
    assert not marked(online=True)
    assert marked(online=True, age=5000)
    open_shop.conn.execute("UPDATE incarnations SET acked_seq = ?", (sale.entry.seq,))
    assert not marked(online=False, age=5000)


def test_a_copy_shows_the_same(open_shop: Shop):
    """Another paper of a sale is the first one with its mark, balances and all."""
    member = open_shop.register()
    open_shop.top_up(member)
    sale = open_shop.sell([Offer("stored_value", 1500)], member=member)
    first = text(open_shop, means=Means(sign=KEY.sign))
    open_shop.top_up(member)
    open_shop.write(papers.reprint, open_shop.at(), sale.entry.id, "客人要一份")
    assert text(open_shop, means=Means(sign=KEY.sign)) == ["        ** 副本 COPY **", *first]


def _names(value: Any, under: str = "") -> set[str]:
    """Return the names in values with their kinds, through sections and rows."""
    if isinstance(value, dict):
        return {name for key, one in value.items() for name in _names(one, f"{under}.{key}")}
    if isinstance(value, list | tuple):
        return {name for one in value for name in _names(one, f"{under}[]")}
    return {f"{under}: {type(value).__name__}"}


def test_samples_are_shaped_like_the_real_ones(open_shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """A template that looks right with sample values finds the same names in real ones."""
    member = open_shop.register()
    seen: dict[str, Any] = {}
    fill = making.fill

    def keep(settings: Any, kind: str, values: Any) -> Any:
        seen[kind] = values
        return fill(settings, kind, values)

    monkeypatch.setattr(making, "fill", keep)
    setting(open_shop, legal_text='"七日内退换"', receipt_footer='"谢谢\\n再来"', points_rate="[1, 1]")
    topped_up = open_shop.top_up(member, 50000, "r500")
    text(open_shop)
    open_shop.conn.execute("UPDATE members SET tier = 'gold' WHERE member = ?", (member,))
    sale = open_shop.sell([Offer("stored_value", 350), Offer("cash", 1000)], ("tea", 1000), member=member)
    text(open_shop)
    open_shop.write(
        refunds.refund, open_shop.at(), RefundOrder(sale.sale, ((0, 1000),), in_cash=True, reason="洒了"), LEAD
    )
    text(open_shop)
    open_shop.write(withdrawals.undo_top_up, open_shop.at(), topped_up.issue, "充错了", LEAD, in_cash=True)
    text(open_shop)
    open_shop.write(claims.claim, open_shop.at(), ClaimOrder(b"x" * 16, "b002", ((0, 1000),), "尺寸"), LEAD)
    text(open_shop)
    open_shop.write(shifts.count, open_shop.at(), (CountedCash("cash", 10000),))
    open_shop.write(shifts.close_shift, open_shop.at(LEAD), "")
    text(open_shop)
    making.test_page(open_shop.at().book.settings.papers, "前台", 32)
    assert set(seen) == {"top_up", "sale", "refund", "withdraw", "claim", "shift", "test"}
    for kind, values in seen.items():
        sample = _names(samples.values(kind, "zh-CN"))
        lacking = _names(values) - sample
        assert not lacking, kind
        empty = [f".{name}" for name, one in values.items() if one in ([], {})]
        unreal = {name for name in sample - _names(values) if not name.startswith(tuple(empty))}
        assert not unreal or kind == "test", (kind, unreal)
