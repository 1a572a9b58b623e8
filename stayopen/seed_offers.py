"""What the example chain offers beside its goods: card plans, promotions, gifts, and how its tills work.

Prices in minor units. Nothing here touches what the story of the outage buys, whose figures are printed in the manual.
"""

import json
from typing import Any

from commerce.plans.row import PlanRow
from commerce.promotions.row import Off, Part, PromotionRow, Target
from commerce.reference import CardRangeRow, SettingRow

COFFEE = Target((), ("咖啡",))
RICE_BALL, SEAT, SHIRT = "1026", "9004", "9001"

PLANS = (
    PlanRow("coffee10", "咖啡十杯卡", "count", 9_900, uses=10, days=180, target=COFFEE),
    PlanRow("laundry20", "洗衣二十次卡", "count", 24_000, uses=20, target=Target((SHIRT,))),
    PlanRow("print30", "打印月卡", "period", 1_990, days=30, per_day=20, target=Target(("9002",))),
    PlanRow("seat600", "自习十小时卡", "timed", 8_000, uses=600, days=365, each=30, target=Target((SEAT,))),
    PlanRow("gold90", "金卡季度体验", "discount", 3_900, days=90, tier="gold"),
    PlanRow("points500", "积分包 500 分", "points", 500, points=500, days=365),
    PlanRow("gift500", "开业储值卡 500 送 80", "stored_value", 50_000, bonus=8_000, days=365),
)
"""One of each kind, two counts. Minutes of a seat are sold by the half hour: 30 uses a step."""

NEWCOMER, TREAT = "newcomer", "coffee-treat"
"""Templates of coupons."""

PROMOTIONS = (
    PromotionRow("milk", "牛奶会员价", "member_price", members_only=True, prices=(("1005", 320), ("1006", 430))),
    PromotionRow(
        "stationery", "文具第二件半价", "nth_item", target=Target((), ("文具",)), every=2, off=Off("per_mille", 500)
    ),
    PromotionRow(
        "breakfast",
        "咖啡饭团早餐 18 元",
        "bundle",
        parts=(Part(COFFEE), Part(Target((RICE_BALL,)))),
        off=Off("price", 1_800),
    ),
    PromotionRow(
        "snacks",
        "零食满 30 减 5，满 60 减 12",
        "spend_save",
        target=Target((), ("零食",)),
        steps=((3_000, 500), (6_000, 1_200)),
    ),
    PromotionRow("welcome", "新人券 满 20 减 5", "coupon", coupon=NEWCOMER, off=Off("amount", 500), least_amount=2_000),
    PromotionRow(
        "treat", "咖啡请客券 免一杯", "coupon", coupon=TREAT, target=COFFEE, off=Off("per_mille", 1_000), pieces=1
    ),
)

COUPONS = {"13800010003": (NEWCOMER, 1), "13800010001": (TREAT, 2), "13800010007": (NEWCOMER, 1)}
"""Phone of a member → template and number of coupons that head office gave."""

PRIVACY = (
    "我们收集您的姓名、手机号和消费记录，用于会员识别、积分与储值服务；不向第三方出售。您可以随时在门店查询、更正或注销。"
    "储值本金不过期，可按规定退还。"
)

_SETTINGS: dict[str, Any] = {
    "tender_names": {"wechat": "微信支付", "alipay": "支付宝", "card": "银行卡"},
    "fixed_amounts": [500, 1_000, 2_000, 5_000],
    "change_to_balance": True,
    "category_order": ["咖啡", "熟食", "饮料", "零食", "方便食品", "生鲜", "日用品", "文具", "服务"],
    "privacy_terms": {"version": "2026-1", "text": PRIVACY},
    "custom_fields": [
        {"name": "taste", "label": "口味", "kind": "choice", "choices": ["少糖", "标准", "多糖"]},
        {"name": "company", "label": "单位"},
        {"name": "anniversary", "label": "纪念日", "kind": "date"},
    ],
    "gifts": [
        {"code": "tissue", "name": "清风纸巾 1 包", "points": 100, "item": "1028"},
        {"code": "coffee", "name": "美式咖啡 1 杯", "points": 300, "item": "1009"},
        {"code": "umbrella", "name": "晴雨伞", "points": 1_500},
    ],
    "timed_items": [[SEAT, 30, 5, 10, 1, 16]],
    "shop_name": "不打烊生活馆",
    "display_text": "欢迎光临，会员储值享优惠",
}

SETTINGS = tuple(SettingRow(name, json.dumps(value, ensure_ascii=False)) for name, value in _SETTINGS.items())

ORDER_MODE = SettingRow("order_mode", "true")
"""The second branch is a café: its tills begin with the grid."""


def card_range(number: int, branch: str) -> CardRangeRow:
    """Return the card numbers of the branch in place `number`."""
    return CardRangeRow(branch, f"88{number + 1:02}", 1, 99_999, 1)


def words() -> list[str]:
    """Return all texts of this page that a till shows: the shop's own, in whatever language the screen speaks."""
    found = [row.name for row in (*PLANS, *PROMOTIONS)]
    rest: list[Any] = list(_SETTINGS.values())
    while rest:
        value = rest.pop()
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            rest += value.values()
        elif isinstance(value, list):
            rest += value
    return found
