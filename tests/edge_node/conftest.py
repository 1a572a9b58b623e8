"""Fixtures of the edge node's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from edge_shop import Shop, open_shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A standalone shop before its first shift."""
    made = open_shop(tmp_path / "edge.db")
    yield made
    made.conn.close()
