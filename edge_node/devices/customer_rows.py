"""What a customer sees, put into the few rows of a pole display."""

from typing import NamedTuple

from commerce.money import format_money
from commerce.quantity import format_quantity
from device_drivers.interfaces.line_display import Lamp
from device_drivers.paper import cells
from edge_node.devices.customer_view import CustomerLine, CustomerView


class Words(NamedTuple):
    """One language's words."""

    total: str
    paid: str
    change: str
    thanks: str
    welcome: str


WORDS = {
    "zh-CN": Words("合计", "收款", "找零", "谢谢惠顾", "欢迎光临"),
    "zh-TW": Words("合計", "收款", "找零", "謝謝惠顧", "歡迎光臨"),
    "en": Words("TOTAL", "PAID", "CHANGE", "THANK YOU", "WELCOME"),
}
"""By language; a display without a Chinese font gets the English ones."""


class Shape(NamedTuple):
    """What a display can show: half-width cells and rows; ``digits``: amounts alone."""

    columns: int
    rows: int
    chinese: bool
    digits: bool


class Rows(NamedTuple):
    """What to show; no rows: nothing."""

    lines: tuple[str, ...]
    lamp: Lamp = Lamp.NONE


def rows_of(view: CustomerView, shape: Shape) -> Rows:
    """Compose the rows; the last one is the most important and stands alone where there is only one."""
    words = WORDS.get(view.language, WORDS["zh-CN"]) if shape.chinese else WORDS["en"]
    if view.state == "basket":
        lines = [_sold(view.lines[-1], shape), _apart(words.total, format_money(view.total), shape)]
        lamp = Lamp.TOTAL
    elif view.state == "paid" and view.change:
        lines = [_apart(words.paid, format_money(view.given), shape)]
        lines.append(_apart(words.change, format_money(view.change), shape))
        lamp = Lamp.CHANGE
    elif view.state == "paid":
        lines = [_apart(words.paid, format_money(view.total), shape), _middle(words.thanks, shape)]
        lamp = Lamp.PAID
    elif shape.digits:
        return Rows(())
    else:
        lines, lamp = _idle(view, words, shape), Lamp.NONE
    # digits show the last amount of what they are given
    return Rows(tuple(lines if shape.digits else lines[-shape.rows :]), lamp)


def _sold(line: CustomerLine, shape: Shape) -> str:
    """Name and quantity at the left, the amount at the right; without a name that can be shown, the unit price."""
    quantity, amount = format_quantity(line.milli_qty), format_money(line.amount)
    name = _shown(line.name, shape)
    if not name:
        return _apart(f"{quantity} x {format_money(line.unit_price)}", amount, shape)
    right = f"x{quantity} {amount}" if line.milli_qty != 1000 else amount
    return _apart(name, right, shape)


def _idle(view: CustomerView, words: Words, shape: Shape) -> list[str]:
    """The shop's name and its words, or a welcome."""
    shop, text = _shown(view.shop, shape), _shown(view.text.partition("\n")[0], shape)
    first, second = (shop, text or words.welcome) if shop else (text or words.welcome, "")
    return [_middle(first, shape), _middle(second, shape)] if shape.rows > 1 else [_middle(first, shape)]


def _shown(text: str, shape: Shape) -> str:
    """What of a text the display's font has; of a text that is mostly lost nothing."""
    text = " ".join(cells.clean(text).split())
    if shape.chinese:
        return "".join(character for character in text if cells.fits_gbk(character))
    if text.isascii():
        return text
    kept = "".join(character for character in text if character.isascii())
    return " ".join(kept.split()) if sum(map(str.isalpha, kept)) * 2 > sum(map(str.isalpha, text)) else ""


def _apart(left: str, right: str, shape: Shape) -> str:
    """Two texts at the edges; what is left of them is cut, an amount never."""
    left = cells.cut(left, max(0, shape.columns - cells.width(right) - 1))
    return left + " " * (shape.columns - cells.width(left) - cells.width(right)) + right


def _middle(text: str, shape: Shape) -> str:
    text = cells.cut(text, shape.columns)
    return " " * ((shape.columns - cells.width(text)) // 2) + text if text else ""
