"""Random days in a shop: whatever is done in whatever order, the books verify and nothing is overspent."""

import tempfile
from pathlib import Path

from edge_feed import LOT, grant
from edge_shop import DAY, LEAD, MEMBER_KEY, Shop, open_shop
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from commerce.basket import set_cover
from commerce.errors import CommerceError
from commerce.moves import Reason
from commerce.plans.cover import use_worth
from commerce.plans.row import PlanRow
from commerce.tender import Offer
from edge_node.errors import EdgeError
from edge_node.ledger import bodies, incarnations, reference_local
from edge_node.ledger.node import load_node
from edge_node.ledger.rights import wallet
from edge_node.ledger.verify import verify
from edge_node.till import baskets, checkout, plans, refunds, shifts, withdrawals
from edge_node.till.checkout import Payment
from edge_node.till.plans import PlanOrder
from edge_node.till.refunds import RefundOrder
from sync_protocol.entry import decode_entry

REFUSED = (CommerceError, EdgeError)
AMOUNTS = st.integers(1, 300_00)
BACK = st.integers(1, 8_000) | st.sampled_from([1_000, 2_000])
PLANS = (
    PlanRow("cakes", "蛋糕7次卡", "count", 100_00, uses=7),
    PlanRow("month", "月卡", "period", 99_00, days=30, per_day=2),
    PlanRow("vip", "金卡", "discount", 50_00, days=30, tier="gold"),
)


class ShopMachine(RuleBasedStateMachine):
    """One branch, three members, acts that may be refused, HQ's rows, and incarnations that end."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.shop: Shop = open_shop(Path(self.folder.name) / "edge.db")
        self.sales: list[bytes] = []
        self.issues: list[bytes] = []
        self.cards: list[bytes] = []
        self.granted = 0
        self.in_from_lots = 0

    @initialize()
    def start(self) -> None:
        """Open the shift and register the members."""
        for plan in PLANS:
            self.shop.write(reference_local.write_row, self.shop.node, plan, "301", self.shop.now)
        self.shop.books.forget()
        self.shop.open()
        self.members = [self.shop.register(f"会员{n}", f"1380000000{n}") for n in range(3)]

    @rule(who=st.integers(0, 2), by_rule=st.booleans(), amount=AMOUNTS)
    def top_up(self, who: int, by_rule: bool, amount: int) -> None:
        """Money in, with or without bonus and points."""
        done = self.shop.top_up(self.members[who], *((50000, "r500") if by_rule else (amount, "")))
        self.issues.append(done.issue)

    @rule(who=st.integers(0, 2), value=AMOUNTS, points=st.integers(0, 200), milli=st.integers(1, 20_000))
    def sell(self, who: int, value: int, points: int, milli: int) -> None:
        """A basket paid by stored value and points as far as asked, the rest in cash."""
        offers = [Offer("stored_value", value), Offer("cash", 500_00)]
        offers += [Offer("points", points)] if points else []
        try:
            done = self.shop.sell(offers, ("apple", milli), ("cake", 1000), member=self.members[who])
        except REFUSED:
            return
        self.sales.append(done.sale)

    @precondition(lambda self: self.sales)
    @rule(which=st.integers(0, 99), line=st.integers(0, 2), milli=BACK, in_cash=st.booleans())
    def refund(self, which: int, line: int, milli: int, in_cash: bool) -> None:
        """Some of some line of some sale comes back, maybe more than there is."""
        sale = self.sales[which % len(self.sales)]
        order = RefundOrder(sale, ((line, milli),), in_cash, "退货")
        try:
            self.shop.write(refunds.refund, self.shop.at(), order, LEAD)
        except REFUSED:
            return

    @precondition(lambda self: self.issues)
    @rule(which=st.integers(0, 99))
    def undo(self, which: int) -> None:
        """A top-up is taken back where it still can be."""
        issue = self.issues[which % len(self.issues)]
        try:
            self.shop.write(withdrawals.undo_top_up, self.shop.at(), issue, "充错", LEAD, in_cash=True)
        except REFUSED:
            return

    @rule(who=st.integers(0, 2), plan=st.sampled_from(PLANS))
    def buy_plan(self, who: int, plan: PlanRow) -> None:
        """A card plan is sold."""
        order = PlanOrder(self.members[who], plan.code, [Offer("cash", plan.price)])
        self.cards.append(self.shop.write(plans.sell, self.shop.at(), order).issue)

    @rule(who=st.integers(0, 2), plan=st.sampled_from(PLANS[:2]), pieces=st.integers(1, 5), back=st.integers(0, 2))
    def cover(self, who: int, plan: PlanRow, pieces: int, back: int) -> None:
        """A card, sold just now when it lacks, pays for cakes, beside cash for tea; some may come back at once."""
        if f"uses:{plan.code}" not in wallet(self.shop.conn, self.shop.node, self.members[who]).here(DAY):
            self.buy_plan(who, plan)
        basket = self.shop.basket(("cake", pieces * 1000), ("tea", 1000), member=self.members[who])
        try:
            self.shop.write(baskets.change, self.shop.at(), basket, lambda old: set_cover(old, 1, plan.code))
            done = self.shop.write(checkout.checkout, self.shop.at(), basket, Payment([Offer("cash", 2000)]))
        except REFUSED:
            self.shop.write(baskets.drop, self.shop.at(), basket)
            return
        self.sales.append(done.sale)
        if back:
            self.refund(len(self.sales) - 1, 0, back * 1000, in_cash=True)

    @precondition(lambda self: self.cards)
    @rule(which=st.integers(0, 99), act=st.sampled_from(["freeze", "thaw", "undo"]))
    def change_card(self, which: int, act: str) -> None:
        """A card is frozen, thawed or taken back where it can be."""
        card, at = self.cards[which % len(self.cards)], self.shop.at()
        try:
            if act == "undo":
                self.shop.write(plans.undo, at, card, "错", LEAD, in_cash=True)
            else:
                self.shop.write(plans.freeze, at, card, "停", LEAD, frozen=act == "freeze")
        except REFUSED:
            return

    @rule(more=AMOUNTS, order=st.sampled_from(["", "", "keep", "closing", "expire"]), kept=AMOUNTS)
    def row(self, more: int, order: str, kept: int) -> None:
        """HQ grants more of a lot of another branch to the first member, or orders it back."""
        self.granted += more
        grant(self.shop, self.members[0], asset="bonus", granted=self.granted, order=order, order_amount=kept)

    @rule()
    def next_incarnation(self) -> None:
        """The log is closed; the box goes on without rights."""
        self.shop.write(incarnations.open_next, "closed", self.shop.new_id(), 7)
        self.shop.node = load_node(self.shop.conn, MEMBER_KEY)
        self.granted = 0

    @invariant()
    def nothing_is_below_zero(self) -> None:
        """No wallet shows more than its rights, no lot is below zero, and used never exceeds granted and born."""
        assert self.shop.rows("SELECT * FROM rights WHERE granted + born - gone < 0") == []
        for row in self.shop.rows("SELECT granted FROM rights WHERE lot = ? AND no = ?", LOT, self.shop.node.no):
            assert row[0] <= self.granted
        for member in getattr(self, "members", ()):
            assert all(view.rights > 0 for view in wallet(self.shop.conn, self.shop.node, member).views)

    def prepaid(self) -> int:
        """What the whole log says was paid ahead and not used."""
        entries = [decode_entry(entry) for (entry,) in self.shop.rows("SELECT entry FROM entries")]
        account = f"prepaid:{self.shop.node.branch}"
        return -sum(one.amount for entry in entries for one in entry.postings if one.account == account)

    def owed_in_uses(self) -> int:
        """What the uses are worth that were sold, and neither used up nor taken back."""
        lots = self.shop.rows("SELECT lot, terms FROM lots WHERE asset = 'uses:cakes'")
        worth = {lot: use_worth(bodies.terms_of(terms)) for lot, terms in lots}
        entries = [decode_entry(entry) for (entry,) in self.shop.rows("SELECT entry FROM entries")]
        moves = [move for entry in entries for move in entry.moves if move.lot in worth]
        return sum(worth[move.lot] * move.amount * (1 if Reason(move.reason).is_in else -1) for move in moves)

    def teardown(self) -> None:
        """At the end of the day the whole database verifies and the shift's figures add up."""
        if shifts.current(self.shop.conn, "T1") is not None:
            figures = shifts.x_report(self.shop.conn, "T1")
            assert figures.sales == len(self.sales)
            days = self.shop.rows("SELECT DISTINCT day FROM sales")
            assert days in ([], [(DAY,)])
        assert verify(self.shop.conn).violations == []
        assert self.prepaid() == self.owed_in_uses()
        self.shop.conn.close()
        self.folder.cleanup()


ShopMachine.TestCase.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestShopMachine = ShopMachine.TestCase
