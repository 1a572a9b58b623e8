"""Card plans, and members who hold them, that the tests of plans draw from."""

from value_samples import DAY, DESK, MEMBER, lot_id

from commerce.accounts import prepaid
from commerce.catalogue import Catalogue
from commerce.facts import Tender, Terms
from commerce.lots import LotView
from commerce.plan_sales import bought_fact, plan_lots
from commerce.plans.cover import Held, held_uses
from commerce.plans.row import PlanRow, uses_asset
from commerce.promotions.row import Target
from commerce.reference import ProductRow
from commerce.top_up import TopUpIds

CUT = PlanRow("cut", "洗剪吹10次卡", "count", 38000, uses=10, target=Target(("cut",)))
WASH = PlanRow("wash", "洗发3次卡", "count", 10000, uses=3, target=Target(("wash",)))
GYM = PlanRow("gym", "健身月卡", "period", 29900, days=30, per_day=2, target=Target((), ("健身",)))
POOL = PlanRow("pool", "台球10小时卡", "timed", 9000, uses=600, each=30, target=Target(("pool",)))
GOLD_CARD = PlanRow("vip", "金卡年卡", "discount", 19900, days=365, tier="gold")
VALUE = PlanRow("v500", "储值500送100", "stored_value", 50000, bonus=10000, order="bonus_first", days=90)
POINTS = PlanRow("p1000", "1000积分", "points", 1000, points=1000)
PLANS = {row.code: row for row in (CUT, WASH, GYM, POOL, GOLD_CARD, VALUE, POINTS)}

SALON = Catalogue(
    (
        ProductRow("cut", "剪发", "美发", "次", 6000),
        ProductRow("wash", "洗发", "美发", "次", 3500),
        ProductRow("visit", "健身入场", "健身", "次", 5000),
        ProductRow("pool", "台球半小时", "台球", "次", 2000),
        ProductRow("oil", "护发精油", "商品", "瓶", 12800),
    )
)


def uses_view(plan, n, rights, *, issuer="xihu", expires="", paid=None, uses=None):
    """Return a lot of a plan's uses of which `rights` are here."""
    terms = Terms(paid=plan.price if paid is None else paid, plan=plan.code, uses=uses or plan.uses)
    return LotView(lot_id(n), MEMBER, uses_asset(plan.code), issuer, "2026-01-01", expires, b"", terms, rights)


def held(*plans, views=(), left_today=None):
    """Return what a member holds: counted plans by `views`, a period with so much left today."""
    return {
        row.code: Held(row, (), left_today) if row.kind == "period" else held_uses(row, views, DAY) for row in plans
    }


def ids(n):
    """Return the ids of the lots of one plan."""
    return TopUpIds(lot_id(n), lot_id(n + 1), lot_id(n + 2))


def buy(plan, n=100):
    """Return the fact of a plan with lots that is sold for cash, and what it issued."""
    bought = plan_lots(plan, ids(n), owner=MEMBER, issuer=DESK.branch, day=DAY)
    tenders = (Tender("cash", plan.price),) if plan.price else ()
    return bought_fact(DESK, lot_id(n), "西湖-0100", MEMBER, bought, tenders=tenders), bought


def as_view(lot, rights=None):
    """Return a lot that was just issued as its holder sees it."""
    left = lot.amount if rights is None else rights
    return LotView(lot.lot, lot.owner, lot.asset, lot.issuer, lot.opened_on, lot.expires_on, lot.pair, lot.terms, left)


def ahead(sums):
    """Return what is left of what was paid ahead."""
    return sums.get((prepaid("xihu"), "money"), 0)
