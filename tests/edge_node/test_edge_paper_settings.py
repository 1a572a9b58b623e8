"""Settings of papers: bounded texts, and nothing that makes no sense."""

import json

import pytest

from edge_node import limits
from edge_node.ledger import paper_settings, settings
from hq_server.head_office import limits as head_office


def test_papers_have_settings():
    """Every setting of papers reaches them, and is written as JSON."""
    made = settings.parse(
        {
            "language": '"zh-TW"',
            "shop_name": '"好味道奶茶"',
            "receipt_sale": '"# {{shop}}\\n! 合計 | {{total}}"',
            "receipt_copies": "2",
            "legal_text": '"七日內憑票退換"',
        }
    ).papers
    assert (made.language, made.shop_name, made.receipt_copies) == ("zh-TW", "好味道奶茶", 2)
    assert made.template("sale") == "# {{shop}}\n! 合計 | {{total}}"
    assert made.template("shift") == made.template("test") == made.template("copies") == ""
    assert set(paper_settings.FORMS) == set(paper_settings.PaperSettings.__dataclass_fields__)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("language", "de"),
        ("receipt_copies", 0),
        ("receipt_copies", 4),
        ("receipt_logo", "data:image/png"),
        ("receipt_logo", "A" * (limits.PAPER_LOGO + 1)),
        ("receipt_sale", "x" * (limits.PAPER_TEMPLATE + 1)),
        ("shop_name", "店" * 41),
        ("time_zone", "../../etc/passwd "),
        ("legal_text", ["七日"]),
    ],
)
def test_what_makes_no_sense_is_not_taken(name: str, value: object):
    """An editor is refused, and what came from elsewhere falls to its default."""
    text = json.dumps(value)
    assert settings.parse_one(settings.DEFAULTS, name, text) is None
    assert settings.parse({name: text}).papers == settings.DEFAULTS.papers


def test_a_whole_template_fits_a_setting():
    """The longest template still fits what both programs take as a setting, its line ends doubled by JSON."""
    assert limits.SETTING_VALUE == head_office.SETTING_VALUE
    longest = ("{{name}} | {{amount}}\n" * limits.PAPER_TEMPLATE)[: limits.PAPER_TEMPLATE]
    assert len(json.dumps(longest)) <= limits.SETTING_VALUE
