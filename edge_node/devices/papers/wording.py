"""The words on papers that no template holds: marks, tenders, discounts, acts, in the languages of a chain."""

from typing import NamedTuple

from edge_node.ledger.paper_settings import Language


class Wording(NamedTuple):
    """One language's words. Codes that are not in a table are a chain's own names and stand as they are."""

    repeat: str
    copy: str
    tenders: dict[str, str]
    discounts: dict[str, str]
    acts: dict[str, str]

    def tender(self, code: str) -> str:
        """Name a tender."""
        return self.tenders.get(code, code)

    def discount(self, code: str) -> str:
        """Name a step of the price; promotions of a chain have names of their own, which stand in its price book."""
        return self.discounts.get(code, code)

    def act(self, code: str) -> str:
        """Name what a fact did."""
        return self.acts.get(code, code)


_CN = Wording(
    "补打 REPRINT",
    "副本 COPY",
    {
        "cash": "现金",
        "stored_value": "储值支付",
        "gift_card": "礼品卡",
        "points": "积分抵扣",
        "uses": "会员卡抵用",
        "wechat": "微信支付",
        "alipay": "支付宝",
        "card": "银行卡",
        "unionpay": "云闪付",
    },
    {
        "override": "改价",
        "level": "会员价",
        "tier": "会员折扣",
        "promotion": "促销优惠",
        "plan": "会员卡",
        "line_discount": "单品优惠",
        "order_discount": "整单优惠",
    },
    {
        "top_up": "储值充值",
        "plan": "办卡",
        "sold": "办卡",
        "frozen": "停卡",
        "thawed": "复卡",
        "ended": "退卡",
        "points": "赠送积分",
        "campaign": "活动赠送",
        "cash_out": "储值退款",
        "undo": "充值撤销",
        "transfer": "储值转出",
        "deduct": "扣减",
        "gift": "礼品兑换",
        "forfeit": "作废",
        "expire": "过期",
        "cash_in": "现金存入",
        "cash_out_of_drawer": "现金取出",
    },
)

_TW = Wording(
    "補印 REPRINT",
    "副本 COPY",
    {
        "cash": "現金",
        "stored_value": "儲值支付",
        "gift_card": "禮品卡",
        "points": "點數折抵",
        "uses": "會員卡抵用",
        "wechat": "微信支付",
        "alipay": "支付寶",
        "card": "信用卡",
        "unionpay": "銀聯",
    },
    {
        "override": "改價",
        "level": "會員價",
        "tier": "會員折扣",
        "promotion": "促銷優惠",
        "plan": "會員卡",
        "line_discount": "單品優惠",
        "order_discount": "整單優惠",
    },
    {
        "top_up": "儲值",
        "plan": "辦卡",
        "sold": "辦卡",
        "frozen": "停卡",
        "thawed": "復卡",
        "ended": "退卡",
        "points": "贈送點數",
        "campaign": "活動贈送",
        "cash_out": "儲值退款",
        "undo": "儲值撤銷",
        "transfer": "儲值轉出",
        "deduct": "扣減",
        "gift": "禮品兌換",
        "forfeit": "作廢",
        "expire": "過期",
        "cash_in": "現金存入",
        "cash_out_of_drawer": "現金取出",
    },
)

_EN = Wording(
    "REPRINT",
    "COPY",
    {
        "cash": "Cash",
        "stored_value": "Stored value",
        "gift_card": "Gift card",
        "points": "Points",
        "uses": "Card plan",
        "wechat": "WeChat Pay",
        "alipay": "Alipay",
        "card": "Card",
        "unionpay": "UnionPay",
    },
    {
        "override": "Price changed",
        "level": "Member price",
        "tier": "Member discount",
        "promotion": "Promotion",
        "plan": "Card plan",
        "line_discount": "Discount",
        "order_discount": "Order discount",
    },
    {
        "top_up": "Top-up",
        "plan": "Card plan sold",
        "sold": "Card plan sold",
        "frozen": "Card frozen",
        "thawed": "Card runs again",
        "ended": "Card taken back",
        "points": "Points given",
        "campaign": "Campaign gift",
        "cash_out": "Stored value paid out",
        "undo": "Top-up undone",
        "transfer": "Stored value moved",
        "deduct": "Deduction",
        "gift": "Gift redeemed",
        "forfeit": "Forfeited",
        "expire": "Expired",
        "cash_in": "Cash put in",
        "cash_out_of_drawer": "Cash taken out",
    },
)

WORDING: dict[Language, Wording] = {"zh-CN": _CN, "zh-TW": _TW, "en": _EN}
"""All languages that a chain can choose."""
