"""The example chain of the demo: products with pictures, tiers, rules, plans, staff and members, always the same.

Written through the functions of head office, as the console writes them. Only ids and salts are drawn from the entropy
that is handed in.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace

from commerce.catalogue import check_digit
from commerce.reference import ProductRow, SettingRow, StaffRow, TierRow, TopUpRuleRow
from hq_server.head_office import branches, card_ranges, catalogue, coupons, limits, pictures, registration, secrets
from hq_server.head_office.act import Act
from hq_server.head_office.rows import Row
from hq_server.head_office.values import business_day
from hq_server.storage.database import Connection
from stayopen import seed_offers, seed_pictures

__all__ = ["BRANCHES", "PIN", "Seeded", "business_day", "products", "seed", "staff"]

BRANCHES = (("b001", "南京路店"), ("b002", "徐家汇店"), ("b003", "五角场店"))

PIN = "246810"
"""Of every staff member of the demo."""

_STAFF = (
    ("1001", "王芳", "cashier"),
    ("1002", "李强", "cashier"),
    ("2001", "赵敏", "shift_lead"),
    ("9001", "陈志远", "manager"),
)
"""The same numbers in each branch."""

_PRODUCTS = (
    # category, unit, (name, price in minor units) …; barcodes are made from the position
    ("饮料", "瓶", (("农夫山泉 550ml", 200), ("可口可乐 500ml", 350), ("百事可乐 500ml", 350), ("康师傅冰红茶", 400))),
    ("饮料", "盒", (("伊利纯牛奶 250ml", 350), ("蒙牛酸奶 200g", 480), ("王老吉 250ml", 400), ("椰树椰汁 245ml", 500))),
    (
        "咖啡",
        "杯",
        (("美式咖啡", 1200), ("拿铁咖啡", 1600), ("卡布奇诺", 1600), ("热巧克力", 1500), ("抹茶拿铁", 1800)),
    ),
    (
        "零食",
        "袋",
        (("乐事薯片 原味", 750), ("洽洽香瓜子", 890), ("旺旺雪饼", 650), ("卫龙辣条", 500), ("好丽友派", 1280)),
    ),
    ("方便食品", "桶", (("红烧牛肉面", 550), ("老坛酸菜面", 550), ("自热火锅", 2990), ("螺蛳粉", 1290))),
    (
        "熟食",
        "个",
        (("肉包子", 250), ("茶叶蛋", 200), ("关东煮 丸子", 300), ("饭团 三文鱼", 790), ("三明治 火腿", 990)),
    ),
    ("日用品", "包", (("清风纸巾", 350), ("舒肤佳香皂", 690), ("高露洁牙膏", 1290), ("海飞丝洗发水", 3990))),
    ("文具", "支", (("晨光中性笔", 250), ("得力胶水", 300), ("2B 铅笔", 150))),
)
_WEIGHED = (("苹果 红富士", 1280), ("香蕉", 680), ("砂糖橘", 990), ("西瓜", 399), ("五花肉", 3280), ("基围虾", 6800))
_SERVICES = (("洗衣 衬衫", 1500), ("打印 A4", 100), ("快递代寄", 1200), ("自习座位 半小时", 500))

_TIERS = (
    TierRow("basic", "普通会员", 0),
    TierRow("silver", "银卡会员", 1, discount_per_mille=30, from_spend=50_000),
    TierRow("gold", "金卡会员", 2, discount_per_mille=50, points_per_mille=1_500, from_spend=200_000),
    TierRow("diamond", "钻石会员", 3, discount_per_mille=100, points_per_mille=2_000, from_top_up=500_000),
)

_TOP_UP_RULES = (
    TopUpRuleRow("c100", "充 100 送 10", 10_000, 49_999, bonus=1_000),
    TopUpRuleRow("c500", "充 500 送 80", 50_000, 99_999, bonus=8_000, points=100),
    TopUpRuleRow("c1000", "充 1000 送 200", 100_000, 500_000, bonus=20_000, points=300, bonus_days=730),
)

_SETTINGS = (
    SettingRow("rounding", '"jiao_down"'),
    SettingRow("external_tenders", '["wechat", "alipay", "card"]'),
    SettingRow("points_rate", "[1, 100]"),
    SettingRow("points_expiry", '["year_end", 1]'),
    SettingRow("points_redeem", "[1, 1, 100, 500]"),
    SettingRow("default_tier", '"basic"'),
)

_MEMBERS = (
    # name, phone, card, tier, home (number of the branch)
    ("张伟", "13800010001", "80010001", "gold", 0),
    ("刘洋", "13800010002", "80010002", "silver", 0),
    ("陈静", "13800010003", "80010003", "basic", 0),
    ("杨秀英", "13800010004", "80010004", "basic", 1),
    ("黄磊", "13800010005", "80010005", "silver", 1),
    ("周杰", "13800010006", "80010006", "diamond", 1),
    ("吴倩", "13800010007", "80010007", "basic", 2),
    ("徐丽华", "13800010008", "80010008", "gold", 2),
    ("孙浩然", "13800010009", "", "basic", 2),
    ("欧阳雪", "13800010010", "80010010", "silver", 0),
    ("单晓晨", "13800010011", "80010011", "basic", 1),
    ("曾国平", "13800010012", "80010012", "basic", 2),
)


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written: members by phone number, and how much of the rest."""

    members: dict[str, bytes]
    products: int
    staff: int


def products() -> tuple[ProductRow, ...]:
    """The catalogue: packed goods with EAN-13, weighed goods, services."""
    rows: list[ProductRow] = []
    for category, unit, goods in _PRODUCTS:
        for name, price in goods:
            number = f"{1001 + len(rows)}"
            digits = f"69012345{number}"
            levels = (("vip", price * 95 // 100),) if category == "咖啡" else ()
            rows.append(
                ProductRow(number, name, category, unit, price, barcodes=(digits + check_digit(digits),), levels=levels)
            )
    rows += [
        ProductRow(f"{20001 + n}", name, "生鲜", "千克", price, weighed=True)
        for n, (name, price) in enumerate(_WEIGHED)
    ]
    rows += [
        ProductRow(f"{9001 + n}", name, "服务", "次", price, kind="service", discountable=False)
        for n, (name, price) in enumerate(_SERVICES)
    ]
    return tuple(rows)


def staff(random_bytes: Callable[[int], bytes]) -> tuple[StaffRow, ...]:
    """The staff of one branch, each with the demo's PIN under a salt of its own."""
    rows = []
    for number, name, role in _STAFF:
        secret = secrets.new_pin(PIN, random_bytes(limits.SALT_BYTES))
        rows.append(StaffRow(number, name, (role,), secret.salt, secret.hash))
    return tuple(rows)


def seed(conn: Connection, act: Act, day: str, random_bytes: Callable[[int], bytes]) -> Seeded:
    """Write the whole example in the caller's transaction; ``day``: business date on which the members register."""
    for branch, name in BRANCHES:
        branches.register(conn, act, branch, name)
    shown = {category: pictures.put(conn, act, data).hash for category, data in seed_pictures.drawings().items()}
    goods = tuple(replace(row, picture=shown[row.category]) for row in products())
    offers: tuple[Row, ...] = (*seed_offers.PLANS, *seed_offers.PROMOTIONS, *seed_offers.SETTINGS)
    idle = SettingRow("idle_pictures", json.dumps([shown["咖啡"], shown["生鲜"]]))
    chain: tuple[Row, ...] = (*goods, *_TIERS, *_TOP_UP_RULES, *_SETTINGS, *offers, idle)
    catalogue.put_all(conn, act, "", chain)
    catalogue.put(conn, act, BRANCHES[1][0], seed_offers.ORDER_MODE)
    for number, (branch, _) in enumerate(BRANCHES):
        card_ranges.give(conn, act, seed_offers.card_range(number, branch))
    people = 0
    for branch, _ in BRANCHES:
        rows = staff(random_bytes)
        catalogue.put_all(conn, act, branch, rows)
        people += len(rows)
    members = {}
    for name, phone, card, tier, home in _MEMBERS:
        new = registration.NewMember(BRANCHES[home][0], name, phone, card, tier, consent="2026-1")
        members[phone] = registration.register(conn, act, new, day, lambda: random_bytes(16))
    for phone, (template, count) in seed_offers.COUPONS.items():
        gift = coupons.Gift(template, count, "", "会员活动")
        coupons.give(conn, act, members[phone], gift, (random_bytes(16), random_bytes(16)), day)
    return Seeded(members, len(goods), people)
