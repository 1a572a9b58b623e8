"""Baskets: they survive a restart, are held and recalled across tills, and change only where they are open."""

import pytest
from edge_shop import CASHIER, DAY, KEY, LEAD, Shop

from commerce.basket import HandDiscount, PriceOverride, remove
from commerce.errors import InputError
from commerce.tender import Offer
from edge_node.errors import AskPersonError, Code, MendInputError, NotNowError
from edge_node.storage.database import open_connection
from edge_node.till import baskets, checkout
from edge_node.till.buyers import buyer
from edge_node.till.checkout import Payment


def test_baskets_survive_a_restart(shop: Shop):
    """What lay open or held is there after the process died, line by line."""
    shop.open()
    basket = shop.basket(("tea", 2000), ("apple", 1535))
    held = shop.basket(("cake", 1000))
    shop.write(baskets.hold, shop.at(), held, "穿红衣服的客人")
    shop.conn.close()
    shop.conn = open_connection(shop.path, KEY)
    again = baskets.get(shop.conn, basket)
    assert [(line.item, line.milli_qty) for line in again.basket.lines] == [("tea", 2000), ("apple", 1535)]
    assert [b.note for b in baskets.list_all(shop.conn, "held")] == ["穿红衣服的客人"]


def test_a_held_basket_is_recalled_once_by_any_till(shop: Shop):
    """Recall takes the basket to the till that asks; a second till finds it gone."""
    basket = shop.basket(("tea", 1000))
    shop.write(baskets.hold, shop.at(), basket, "")
    recalled = shop.write(baskets.recall, shop.at(till="T2"), basket)
    assert (recalled.till, recalled.state) == ("T2", "open")
    with pytest.raises(NotNowError) as caught:
        shop.write(baskets.recall, shop.at(till="T3"), basket)
    assert caught.value.code is Code.BASKET_ELSEWHERE
    for act in (baskets.drop, baskets.opened):
        with pytest.raises(NotNowError):
            shop.write(act, shop.at(), basket)
    shop.write(baskets.drop, shop.at(till="T2"), basket)
    assert baskets.list_all(shop.conn, "open") == ()


def test_an_unknown_basket_says_so(shop: Shop):
    """Ids that name nothing are an input error."""
    with pytest.raises(MendInputError) as caught:
        shop.write(baskets.drop, shop.at(), b"?" * 16)
    assert caught.value.code is Code.UNKNOWN_BASKET


def test_lines_change_by_the_rules_of_commerce(shop: Shop):
    """A refused change leaves the stored basket as it was."""
    basket = shop.basket(("tea", 1000))
    with pytest.raises(InputError):
        shop.write(baskets.change, shop.at(), basket, lambda b: remove(b, 9))
    assert len(baskets.get(shop.conn, basket).basket.lines) == 1
    changed = shop.write(baskets.change, shop.at(), basket, lambda b: remove(b, 1))
    assert changed.basket.lines == ()


def test_a_till_keeps_a_bounded_number_of_baskets(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """A till that never pays cannot fill the database."""
    monkeypatch.setattr("edge_node.limits.BASKETS_PER_TILL", 2)
    shop.basket()
    shop.basket()
    with pytest.raises(NotNowError) as caught:
        shop.basket()
    assert caught.value.code is Code.TOO_MANY


def test_a_members_tier_prices_the_basket(shop: Shop):
    """The tier is the member's of this very moment, not the one the basket was opened under."""
    shop.open()
    member = shop.register()
    shop.conn.execute("UPDATE members SET tier = 'gold' WHERE member = ?", (member,))
    basket = shop.basket(("tea", 1000), member=member)
    stored = baskets.get(shop.conn, basket).basket
    who = buyer(shop.conn, shop.node, shop.at().book, member, DAY)
    assert baskets.priced(shop.at().book, stored, None, who).total == 1350
    shop.conn.execute("UPDATE members SET tier = 'normal' WHERE member = ?", (member,))
    assert shop.write(checkout.checkout, shop.at(), basket, Payment([Offer("cash", 1500)])).total == 1500


def test_discounts_beyond_the_cashiers_own_need_approval(shop: Shop):
    """A cashier alone gives none by default; a shift lead's name is written into what he approves."""
    basket = shop.basket(("tea", 1000))
    off = HandDiscount(per_mille=100, reason="老顾客")
    with pytest.raises(AskPersonError) as caught:
        shop.write(baskets.discount, shop.at(CASHIER), basket, 1, off)
    assert caught.value.code is Code.APPROVAL_NEEDED
    with pytest.raises(AskPersonError):
        shop.write(baskets.discount, shop.at(CASHIER), basket, 1, off, approver=CASHIER)
    given = shop.write(baskets.discount, shop.at(CASHIER), basket, 1, off, approver=LEAD)
    assert given.basket.lines[0].discount == off._replace(approved_by="201")
    whole = shop.write(baskets.discount, shop.at(LEAD), basket, None, HandDiscount(amount=100))
    assert whole.basket.discount == HandDiscount(amount=100, approved_by="201")
    cleared = shop.write(baskets.discount, shop.at(CASHIER), basket, None, None)
    assert cleared.basket.discount is None


def test_price_overrides_need_approval(shop: Shop):
    """A unit price set by hand bears the name of who approved it."""
    basket = shop.basket(("tea", 1000))
    with pytest.raises(AskPersonError):
        shop.write(baskets.override, shop.at(), basket, 1, PriceOverride(1, "101"))
    done = shop.write(baskets.override, shop.at(), basket, 1, PriceOverride(1000, "101", "临期"), approver=LEAD)
    assert done.basket.lines[0].override == PriceOverride(1000, "201", "临期")


def test_a_basket_of_unknown_member_is_refused(shop: Shop):
    """A member nobody knows cannot be put into a basket; b"" takes one out again."""
    basket = shop.basket(("tea", 1000))
    with pytest.raises(MendInputError) as caught:
        shop.write(baskets.set_member, shop.at(), basket, b"?" * 16)
    assert caught.value.code is Code.UNKNOWN_MEMBER
    shop.open()
    shop.write(baskets.set_member, shop.at(), basket, shop.register())
    assert shop.write(baskets.set_member, shop.at(), basket, b"").basket.member == b""
