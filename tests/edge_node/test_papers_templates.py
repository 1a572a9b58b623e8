"""Templates: three languages of each kind, a chain's own, and what happens to a bad one."""

import base64
import io
import json
import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from edge_shop import Shop
from paper_shop import KEY, last_job, paper, setting, text, with_key
from PIL import Image

from commerce.tender import Offer
from device_drivers.paper.model import Barcode, Picture, QRCode
from edge_node.devices.papers import figures, looks, making, samples, source, templates, trade
from edge_node.devices.papers.source import Means
from edge_node.devices.papers.wording import WORDING
from edge_node.ledger.local_time import zone
from edge_node.ledger.paper_settings import PaperSettings
from edge_node.ledger.settings import parse
from sync_protocol import receipt

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("zh-CN", "zh-TW", "en")
_TAG = re.compile(r"{{[#^/]?\s*([\w.]+)\s*}}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _known(kind: str) -> set[str]:
    """Return every name that stands in a kind's values, at any depth."""
    names: set[str] = set()

    def walk(value: object) -> None:
        if isinstance(value, dict):
            names.update(value)
            for one in value.values():
                walk(one)
        elif isinstance(value, list | tuple):
            for one in value:
                walk(one)

    walk(samples.values(kind, "en"))
    return names


@pytest.mark.parametrize("kind", templates.BUILT_IN)
def test_built_in_templates(kind: str):
    """Each language has the same names in the same order, all of them filled, and words of its own."""
    texts = [templates.text(kind, language) for language in LANGUAGES]
    names = [_TAG.findall(one) for one in texts]
    assert names[0] == names[1] == names[2]
    assert set(names[0]) <= _known(kind)
    assert len(set(texts)) == 3
    assert kind == "test" or not _CHINESE.search(texts[2])
    for language in LANGUAGES:
        for width in (looks.NARROW, looks.WIDE):
            made = making.fill(PaperSettings(language=language), kind, samples.values(kind, language))
            assert len(looks.lines(made, width)) > 10


def test_words_are_whole():
    """Each language names the same tenders, discounts and acts; a chain's own names stand as they are."""
    for words in WORDING.values():
        for table in ("tenders", "discounts", "acts"):
            assert getattr(words, table).keys() == getattr(WORDING["zh-CN"], table).keys()
    assert WORDING["en"].tender("美团") == "美团"
    assert WORDING["en"].discount("满100减10") == "满100减10"


def test_every_name_is_documented():
    """Shop designers find each name of each kind in docs/receipts.md."""
    page = (ROOT / "docs" / "receipts.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z_]+)`", page))
    for kind in templates.BUILT_IN:
        assert _known(kind) - documented == set(), kind


def test_kept_pictures_are_the_present_ones(tmp_path: Path):
    """The pictures in docs are what the built-in template draws; docs/receipts.md says how to draw them anew."""
    samples.draw(tmp_path)
    widths = {}
    for name in ("sale-80mm", "sale-58mm"):
        with (
            Image.open(tmp_path / f"{name}.png") as drawn,
            Image.open(ROOT / "docs" / "receipts" / f"{name}.png") as kept,
        ):
            assert (drawn.size, drawn.mode) == (kept.size, kept.mode)
            assert drawn.tobytes() == kept.tobytes()
            assert len(drawn.convert("1").getcolors() or []) == 2, "there is ink on it"
            widths[name] = drawn.width
    assert widths["sale-58mm"] < widths["sale-80mm"]


def test_own_template_and_texts(shop: Shop):
    """A chain's template, language, name, legal text and footer stand on its receipts."""
    own = "# {{shop}}\n{{#lines}}\n{{name}} | {{amount}}\n{{/lines}}\n{{#legal}}\n^ {{text}}\n{{/legal}}"
    setting(
        shop,
        receipt_sale=json.dumps(own),
        shop_name='"好味道"',
        legal_text='"七日内退换\\n\\n 凭票为准 "',
    )
    shop.open()
    shop.sell([Offer("cash", 1500)])
    assert [line.strip() for line in text(shop)] == [
        "好味道",
        "珍珠奶茶                   15.00",
        "七日内退换",
        "凭票为准",
    ]


def test_languages(shop: Shop):
    """The chain's language is that of its papers."""
    shop.open()
    shop.sell([Offer("cash", 2000)])
    setting(shop, language='"en"')
    assert "Change                      5.00" in text(shop)
    setting(shop, language='"zh-TW"')
    assert "合計                     ￥15.00" in text(shop)
    assert text(shop, last_job(shop, unsure=1))[1].strip() == "** 補印 REPRINT **"


def test_no_template_can_leave_out_a_mark(shop: Shop):
    """A repeat and a copy say so whatever the template: nothing is printed twice silently."""
    setting(shop, receipt_sale='"{{total}}"')
    shop.open()
    shop.sell([Offer("cash", 1500)])
    assert text(shop) == ["15.00"]
    assert text(shop, last_job(shop, unsure=1))[1:] == ["       ** 补打 REPRINT **", "15.00"]
    assert text(shop, last_job(shop, copy=True)) == ["        ** 副本 COPY **", "15.00"]


def test_a_bad_template_costs_nothing_but_its_looks(shop: Shop, caplog: pytest.LogCaptureFixture):
    """The built-in one is taken; the log tells once, with the line, and so does the list of faults."""
    shop.open()
    shop.sell([Offer("cash", 1500)])
    before = text(shop)
    setting(shop, receipt_sale='"# {{shop}}\\n{{#lines}}\\n{{name}}"', receipt_shift='"{{day}}"')
    with caplog.at_level(logging.WARNING, "stayopen.edge"):
        assert [line.replace("-24", "-20") for line in text(shop)] == before
        text(shop)
    assert caplog.messages == ["bad template setting=receipt_sale line=2 reason=unclosed_section"]
    faults = templates.faults(shop.at().book.settings.papers)
    assert faults == (templates.Fault("receipt_sale", 2, "unclosed_section"),)
    assert templates.faults(PaperSettings()) == ()


def test_an_outgrown_template_falls_back(shop: Shop, caplog: pytest.LogCaptureFixture):
    """A template that makes kilometres of a long sale is passed over for that sale."""
    long = "{{#lines}}\n" + "{{name}}\n" * 100 + "{{/lines}}"
    setting(shop, receipt_sale=json.dumps(long))
    shop.open()
    shop.sell([Offer("cash", 1500)])
    assert len(text(shop)) == 100
    with caplog.at_level(logging.WARNING, "stayopen.edge"):
        made = making.fill(shop.at().book.settings.papers, "sale", _long_sale(shop, 30))
    assert looks.lines(made, looks.NARROW).count("珍珠奶茶") == 30
    assert caplog.messages == ["template outgrown kind=sale: bad_template (line=2, reason=paper_too_long, what=)"]


def test_the_longest_sale_fits(shop: Shop):
    """500 lines with every discount there is are one paper; from 200 lines on a line's discounts are summed up."""
    shop.open()
    shop.sell([Offer("cash", 1500)])
    lines = looks.lines(making.fill(PaperSettings(), "sale", _long_sale(shop, 200)), looks.NARROW)
    assert (lines.count("  会员折扣                 -1.00"), lines.count("  单品优惠                 -2.00")) == (
        200,
        200,
    )
    lines = looks.lines(making.fill(PaperSettings(), "sale", _long_sale(shop, 500)), looks.NARROW)
    assert lines.count("  单品优惠                 -3.00") == 500
    assert "共 500 项                7500.00" in lines


def _long_sale(shop: Shop, lines: int) -> Any:
    """Return the values of the last sale as if its line, with discounts, had been sold so many times."""
    found = source.find(shop.conn, shop.node, shop.at().book, last_job(shop), now=shop.now, means=Means())
    assert found is not None
    (line,) = found.body.lines
    line = line._replace(discounts=(("tier", -100), ("line_discount", -200)))
    return trade.sale(found, replace(found.body, lines=(line,) * lines))


def test_the_signed_code(shop: Shop):
    """The code on a receipt is the node's word on which entry it is, for which total; a foreign log is not signed."""
    with_key(shop).open()
    sale = shop.sell([Offer("cash", 2000)])
    (code,) = (block for block in paper(shop, means=Means(sign=KEY.sign)).blocks if isinstance(block, QRCode))
    found = receipt.verify(code.data, KEY.public_key())
    assert found == receipt.Receipt(
        shop.node.chain,
        shop.node.branch,
        shop.node.incarnation,
        sale.entry.seq,
        "sale",
        sale.sale,
        "2026-03-01",
        1500,
    )
    barcodes = [block.data for block in paper(shop).blocks if isinstance(block, Barcode)]
    assert barcodes == [sale.number]
    shop.conn.execute("UPDATE incarnations SET signing_key = x'00'")
    assert not any(isinstance(block, QRCode) for block in paper(shop, means=Means(sign=KEY.sign)).blocks)


def test_a_logo(shop: Shop, caplog: pytest.LogCaptureFixture):
    """A logo is printed where the template has its place; one that is no picture is left out and told."""
    image = io.BytesIO()
    Image.new("1", (80, 40)).save(image, "PNG")
    shop.open()
    shop.sell([Offer("cash", 1500)])
    setting(shop, receipt_logo=json.dumps(base64.b64encode(image.getvalue()).decode()))
    found = [block for block in paper(shop).blocks if isinstance(block, Picture)]
    assert [(block.width, block.height) for block in found] == [(80, 40)]
    with caplog.at_level(logging.WARNING, "stayopen.edge"):
        for bad in (b"no picture", b"\x89PNG\r\n\x1a\n" + bytes(40)):
            setting(shop, receipt_logo=json.dumps(base64.b64encode(bad).decode()))
            assert not any(isinstance(block, Picture) for block in paper(shop).blocks)
        setting(shop, receipt_logo='"AAA"')
        assert not any(isinstance(block, Picture) for block in paper(shop).blocks)
    assert caplog.messages == ["bad logo: it is left out"] * 3


def test_times_and_figures():
    """Times are the shop's; a zone that nobody knows is China's; money has two decimals, quantities what they need."""
    china, nowhere = zone("Asia/Shanghai"), zone("Mars/Olympus")
    assert figures.moment(1_772_330_400_000, china) == "2026-03-01 10:00:00"
    assert figures.moment(1_772_330_400_000, nowhere) == "2026-03-01 10:00:00"
    assert figures.moment(2**60, china) == ""
    assert (figures.money(-5), figures.money_or_none(0), figures.money_or_none(1)) == ("-0.05", "", "0.01")
    assert (figures.quantity(2000), figures.quantity(1535)) == ("2", "1.535")
    assert figures.paragraphs(" 一 \n\n二") == [{"text": "一"}, {"text": "二"}]


def test_a_test_page():
    """The test page says which printer it is, and shows what may go wrong: width, Chinese, rare characters, codes."""
    page = making.test_page(parse({"shop_name": '"好味道"'}).papers, "前台小票机", 32)
    lines = looks.lines(page, looks.NARROW)
    for words in ("好味道", "前台小票机", "12345678901234567890123456789012", "𠮷"):
        assert any(words in line for line in lines), words
    assert {type(block) for block in page.blocks} >= {QRCode, Barcode}


def test_a_paper_as_text():
    """Screens show each line as it is set on paper; pictures have no text."""
    made = making.fill(PaperSettings(receipt_sale="> {{total}}\n@feed 2\n@barcode {{number}}\n@cut"), "sale", {
        "total": "￥15.00", "number": "123",
    })  # fmt: skip
    assert looks.lines(made, looks.NARROW) == [" " * 25 + "￥15.00", "", "", "123", "-" * 32]
