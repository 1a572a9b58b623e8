"""A shop's day that never was: values of every kind of paper, for previews of templates and for the documentation.

``python -m edge_node.devices.papers.samples FOLDER`` draws the two sample receipts of ``docs/receipts``.
"""

import sys
from pathlib import Path

from device_drivers.paper.template import Value, Values
from edge_node.devices.papers import looks, making
from edge_node.devices.papers.figures import paragraphs
from edge_node.devices.papers.source import Made
from edge_node.devices.papers.wording import WORDING, Wording
from edge_node.ledger.paper_settings import Language, PaperSettings

_CODE = (
    "SO1TDCBAY3DMNRWGY3DMNRWGY3DMNRWGY3DURRDAMBRYQIGS2LJNFUWS2LJNFUWS2LJNFUWTTKPX6SHGYLMMXCBA43TONZXG43TONZXG43TONZX"
    "HKMRQGI3C2MBTFUYDDTIYSKLWQ5AHNA3EW2Z3CCHDXKZ2FMBQTJCGJ55VNVLGS7VKQ4WBTHVQTJ5JLHZ6EJKWN5C2MDFZ5O4LZJFXN3S2GA3LTRD"
)
"""As long as a real one, signed by nobody."""


def values(kind: str, language: Language) -> Made:
    """Return sample values of a kind, with every section filled."""
    return _common() | _KINDS[kind](WORDING[language])


def _common() -> Made:
    return {
        "shop": "好味道茶饮",
        "branch": "南京西路店",
        "till": "1号台",
        "staff": "李娜",
        "day": "2026-03-01",
        "time": "2026-03-01 14:05:33",
        "printed": "2026-03-01 14:05:34",
        "number": "260301-1-20415",
        "code": _CODE,
        "unsynced": True,
        "copy": False,
        "repeat": False,
        "member": {"name": "王*明", "phone": "****8000", "tier": "金卡"},
        "legal": paragraphs("商品七日内凭本小票退换\n储值余额可随时查询"),
        "footer": paragraphs("谢谢惠顾，欢迎再来！\n客服电话 021-5555 0123"),
    }


def _tender(words: Wording, code: str, amount: str, **more: str) -> Values:
    return {"name": words.tender(code), "amount": amount, "given": "", "used": "", "ref": "", **more}


def _balances(before: str, after: str, points: tuple[str, str]) -> Made:
    return {
        "balance": {"before": before, "after": after, "principal": after, "bonus": "0.00"},
        "plans": [{"name": "洗剪吹10次卡", "before": "10", "after": "9"}],
        "points": {"before": points[0], "after": points[1]},
    }


def _sale(words: Wording) -> Made:
    def line(n: int, name: str, sold: str, sums: str, *off: tuple[str, str]) -> Values:
        discounts: list[Values] = [{"name": words.discount(code), "amount": amount} for code, amount in off]
        texts = dict(zip(("qty", "unit", "price", "list", "amount"), f"{sold} {sums}".split(), strict=True))
        return {"n": str(n), "item": f"10{n}", "name": name, "attendant": "", "discounts": discounts, **texts}

    return {
        "lines": [
            line(1, "珍珠奶茶（大杯，少糖，去冰）", "2 杯 18.00", "36.00 32.40", ("tier", "-3.60")),
            line(2, "红豆蛋糕", "1 块 22.00", "22.00 19.00", ("level", "-2.00"), ("line_discount", "-1.00")),
            line(3, "红富士苹果", "1.535 千克 12.90", "19.80 19.80"),
            line(4, "保温杯 Thermos® 500ml 墨綠", "1 个 89.00", "89.00 80.10", ("tier", "-8.90")),
        ],
        "count": "4",
        "list_total": "166.80",
        "saved": "15.50",
        "rounding": "-0.30",
        "total": "151.00",
        "tenders": [
            _tender(words, "stored_value", "80.00"),
            _tender(words, "points", "5.00", used="500"),
            _tender(words, "wechat", "16.00", ref="4200002101"),
            _tender(words, "cash", "50.00", given="100.00"),
        ],
        "change": "50.00",
        "saved_change": "",
        "points_earned": "146",
        **_balances("528.00", "448.00", ("1280", "926")),
    }


def _refund(words: Wording) -> Made:
    return {
        "sale_number": "260228-1-20377",
        "lines": [
            {"n": "1", "name": "珍珠奶茶（大杯，少糖，去冰）", "qty": "1", "unit": "杯", "amount": "16.20"},
            {"n": "3", "name": "红富士苹果", "qty": "0.5", "unit": "千克", "amount": "6.45"},
        ],
        "total": "22.65",
        "tenders": [_tender(words, "wechat", "10.65")],
        "value_back": "12.00",
        "points_returned": "50",
        "uses_returned": "1",
        "points_back": "16",
        "points_owed": "6",
        "reason": "少放了珍珠",
        "approved_by": "王强",
        **_balances("448.00", "460.00", ("926", "960")),
    }


def _top_up(words: Wording) -> Made:
    return {
        "act": words.act("top_up"),
        "rule": "充500送100",
        "total": "500.00",
        "principal": "500.00",
        "bonus": "100.00",
        "points_given": "50",
        "value": "600.00",
        "tenders": [_tender(words, "cash", "500.00", given="600.00")],
        "change": "100.00",
        "reason": "",
        **_balances("448.00", "1048.00", ("926", "976")),
    }


def _plan(words: Wording) -> Made:
    return {
        "act": words.act("plan"),
        "plan": "洗剪吹10次卡",
        "total": "380.00",
        "principal": "500.00",
        "bonus": "100.00",
        "points_given": "50",
        "uses": "10",
        "first_day": "2026-03-01",
        "last_day": "2027-02-28",
        "tenders": [_tender(words, "cash", "380.00", given="400.00")],
        "change": "20.00",
        "reason": "办错卡",
        "approved_by": "王强",
        **_balances("448.00", "1048.00", ("926", "976")),
    }


def _gift_card(words: Wording) -> Made:
    return {
        "card": "6201770412345672",
        "card_shown": "6201 7704 1234 5672",
        "total": "200.00",
        "tenders": [_tender(words, "cash", "200.00")],
        "change": "",
    }


def _withdraw(words: Wording) -> Made:
    return {
        "act": words.act("undo"),
        "total": "500.00",
        "principal": "500.00",
        "bonus": "100.00",
        "points_taken": "50",
        "uses_taken": "10",
        "tenders": [_tender(words, "cash", "500.00")],
        "reason": "充错会员",
        "approved_by": "王强",
        **_balances("1048.00", "448.00", ("976", "926")),
    }


def _slip(words: Wording) -> Made:
    return {
        "act": words.act("transfer"),
        "to": "李*",
        "principal": "500.00",
        "bonus": "100.00",
        "points_taken": "500",
        "reason": "换卡转出",
        "approved_by": "王强",
        **_balances("600.00", "0.00", ("976", "476")),
    }


def _shift(words: Wording) -> Made:
    return {
        "x": False,
        "z": True,
        "slip": False,
        "act": words.act("cash_in"),
        "amount": "0.00",
        "reason": "找零多给了一元",
        "figures": {
            "opening": "500.00",
            "cash_in": "200.00",
            "cash_out": "1000.00",
            "sales": "128",
            "sold": "5860.50",
            "saved": "312.40",
            "rounding": "-3.20",
            "refunds": "2",
            "refunded": "38.85",
            "top_ups": "6",
            "topped_up": "3000.00",
            "plans": "2",
            "plans_sold": "896.00",
            "withdrawals": "1",
            "withdrawn": "500.00",
            "claims_paid": "1",
            "claims_amount": "25.00",
            "tenders": [
                {"name": words.tender(code), "received": received, "paid_out": paid_out, "net": net}
                for code, received, paid_out, net in (
                    ("cash", "2380.50", "525.00", "1855.50"),
                    ("wechat", "4890.00", "38.85", "4851.15"),
                    ("stored_value", "1590.00", "", "1590.00"),
                )
            ],
        },
        "counted": [
            {"name": words.tender("cash"), "expected": "1555.50", "found": "1554.50", "difference": "-1.00"},
            {"name": words.tender("wechat"), "expected": "4851.15", "found": "4851.15", "difference": ""},
        ],
    }


def _claim(words: Wording) -> Made:
    return {
        "claim": "7F3A91C2",
        "taken": True,
        "paid": False,
        "seller": "人民广场店",
        "lines": [{"n": "1", "qty": "1"}, {"n": "3", "qty": "0.5"}],
        "reason": "尺寸不合",
        "approved_by": "王强",
        "tenders": [_tender(words, "cash", "25.00")],
        "total": "25.00",
    }


def _test(_: Wording) -> Made:
    return {"device": "前台小票机", "ruler": "12345678901234567890123456789012"}


_KINDS = {
    "sale": _sale,
    "refund": _refund,
    "top_up": _top_up,
    "plan": _plan,
    "gift_card": _gift_card,
    "withdraw": _withdraw,
    "slip": _slip,
    "shift": _shift,
    "claim": _claim,
    "test": _test,
}


def draw(folder: Path) -> None:
    """Draw the sample receipts of the documentation: one sale on both widths of paper."""
    settings = PaperSettings()
    made: dict[str, Value] = {**values("sale", settings.language), "unsynced": False}
    paper = making.fill(settings, "sale", made)
    for name, width in (("sale-80mm", looks.WIDE), ("sale-58mm", looks.NARROW)):
        (folder / f"{name}.png").write_bytes(looks.png(paper, width, settings.language))


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
