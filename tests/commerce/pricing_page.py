"""docs/pricing.md read as tables: the row of each is a test."""

from pathlib import Path

import pytest

from commerce.money import parse_money

PAGE = Path(__file__).resolve().parents[2] / "docs" / "pricing.md"


def table(name: str) -> list[dict[str, str]]:
    """The rows of the table under the comment of that name, by column title."""
    text = PAGE.read_text(encoding="utf-8")
    block = text.split(f"<!-- table: {name} -->\n", 1)[1].split("\n\n", 1)[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines() if line.strip()]
    assert len({len(row) for row in rows}) == 1
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]


def rows(name: str) -> pytest.MarkDecorator:
    """Run a test once per row of a table."""
    found = table(name)
    return pytest.mark.parametrize("row", found, ids=[f"{name} {index + 1}" for index in range(len(found))])


def signed(text: str) -> int:
    """An amount of either sign in minor units."""
    return -parse_money(text[1:]) if text.startswith("-") else parse_money(text)


def amounts(text: str) -> list[int]:
    """Several amounts."""
    return [signed(part) for part in text.split()]


def per_mille(text: str) -> int:
    """A percentage as thousandths; an empty cell is 0."""
    return int(text.removesuffix("%")) * 10 if text else 0
