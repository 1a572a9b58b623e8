"""Fixtures of the edge node's tests."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from edge_shop import Shop, open_shop
from web_shop import WebShop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A standalone shop before its first shift."""
    made = open_shop(tmp_path / "edge.db")
    yield made
    made.conn.close()


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[WebShop]:
    """A standalone shop, open and served to tills."""
    opened = await WebShop(tmp_path / "edge.db").open(fresh=True)
    yield opened
    await opened.close()
