"""Small builders that the value tests share: lots, baskets as pricing hands them over, desks."""

from hypothesis import strategies as st

from commerce.desk import Desk
from commerce.facts import Tender, Terms, Use
from commerce.lots import LotView
from commerce.pricing import PricedBasket, PricedLine

DAY = "2026-03-08"
DESK = Desk("xihu", "前台1", b"s" * 16, DAY, "1001")
MEMBER = b"m" * 16


def lot_id(n):
    """Return the n-th lot id; they sort by n."""
    return n.to_bytes(16, "big")


def view(n, asset="principal", rights=100, *, expires="", opened="2026-01-01", pair=b"", issuer="xihu", terms=None):
    """Return a lot of the sample member with `rights` here."""
    return LotView(lot_id(n), MEMBER, asset, issuer, opened, expires, pair, terms or Terms(), rights)


def stored_pair(p, b, order="proportional", *, n=1, **kw):
    """Return the two halves of a pair with own rights `p` and `b`; the terms say that this is all that was issued."""
    terms = Terms(order=order, paid=p, bonus=b)
    halves = [view(n, "principal", p, terms=terms, **kw)]
    if b:
        halves.append(view(n + 1, "bonus", b, pair=lot_id(n), terms=terms, **kw))
    return halves


def basket(*charged, quantities=None, roundings=None, names=None):
    """Return a priced basket whose lines are charged these amounts."""
    quantities = quantities or [1000] * len(charged)
    roundings = roundings or [0] * len(charged)
    names = names or ["龙井茶"] * len(charged)
    lines = tuple(
        PricedLine(
            line=n + 1,
            item=f"P{n:03}",
            name=names[n],
            milli_qty=quantities[n],
            unit_price=amount,
            list_amount=amount - roundings[n],
            charged=amount,
            rounding=roundings[n],
            attendant="",
            discounts=(),
            steps=(),
            points_eligible=amount,
        )
        for n, amount in enumerate(charged)
    )
    total = sum(charged)
    return PricedBasket(lines=lines, total=total, rounding=sum(roundings), subtotal=total - sum(roundings), saved=0)


def used(n, asset, amount, value=None, issuer="xihu"):
    """Return a use of lot `n`."""
    return Use(lot_id(n), asset, issuer, amount, amount if value is None else value)


def cash(amount, given=0):
    """Return a cash tender."""
    return Tender("cash", amount, given or amount)


def summed(facts):
    """Return what the postings of several facts sum to, per account and unit, zeros left out."""
    sums = {}
    for fact in facts:
        for account, unit, amount in fact.postings:
            sums[account, unit] = sums.get((account, unit), 0) + amount
    return {key: amount for key, amount in sums.items() if amount}


def in_steps(data, whole, most=6):
    """Yield amounts > 0 that sum to `whole`, in at most `most` steps that hypothesis draws."""
    for _ in range(most - 1):
        if whole <= 0:
            return
        step = data.draw(st.integers(1, whole))
        yield step
        whole -= step
    if whole > 0:
        yield whole
