"""Papers that the tests of ESC/POS print."""

from device_drivers.paper.model import (
    Barcode,
    Cell,
    Cut,
    Feed,
    Paper,
    Picture,
    QRCode,
    Row,
    Rule,
    Span,
    Text,
)

LOGO = Picture(20, 3, b"\xff\xff\xf0\x80\x00\x10\xff\xff\xf0")


def text(words, align="left", **style):
    """A paragraph in one style."""
    return Text((Span(words, **style),), align)


def row(name, count, amount):
    """A row of a sale."""
    return Row((Cell((Span(name),), 3), Cell((Span(count),), 1, "right"), Cell((Span(amount),), 1, "right")))


SMALL = Paper((text("小店", "centre", bold=True, wide=True, tall=True), row("茶𠮷", "2", "￥7.00"), QRCode("a1")))
"""A receipt with everything that can break in the middle: Chinese, a style, a drawn line, a code."""

RECEIPT = Paper(
    (
        LOGO,
        text("好又多便利店", "centre", bold=True, wide=True, tall=True),
        text("人民路分店 · 收银台2", "centre", bold=True),
        Rule("="),
        row("可口可乐 500ml", "2", "￥7.00"),
        row("农夫山泉天然矿泉水550毫升装（整箱24瓶）特价", "1", "￥28.80"),
        row("Café “经典”…", "1", "$18.00"),
        row("𠮷野家牛肉饭", "1", "¥32.00"),
        Rule(),
        Row((Cell((Span("合计", tall=True),)), Cell((Span("￥85.80", bold=True, tall=True),), 0))),
        Text((Span("积分 "), Span("+85", bold=True), Span("，共 "), Span("1,285", wide=True))),
        Feed(2),
        QRCode("https://stayopen.example/r/会员?s=MEUCIQDx"),
        Barcode("0102-{0001}"),
        text("谢谢惠顾", "right"),
        Cut(),
    )
)
