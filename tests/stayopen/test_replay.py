"""A small replay: the whole chain in one process, with real purchases, outages and verification."""

import json
from pathlib import Path
from typing import Any

import pytest

from stayopen.cli import main
from stayopen.replay import report
from stayopen.replay.command import play, replay
from stayopen.replay.outages import OutageModel
from stayopen.replay.purchases import load

pytestmark = [pytest.mark.replay, pytest.mark.timeout(300)]

KEYS = {
    "baskets",
    "offline",
    "online",
    "overspent_lots",
    "clearing_total",
    "wire_bytes_per_sale",
    "entries_per_second",
    "peak_memory_mb",
    "verify",
}


def test_command_reports_and_verifies(capsys: pytest.CaptureFixture[str]) -> None:
    """The command prints one JSON object with the promised keys and ends 0 when all books agree."""
    code = main(
        ["replay", "--branches", "4", "--households", "40", "--days", "6", "--seed", "3", "--outages", "24,8", "--json"]
    )
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert code == 0
    assert found.keys() >= KEYS
    assert found["verify"]["ok"]
    assert found["overspent_lots"] == found["clearing_total"] == 0
    assert found["outages"] > 0
    assert found["offline"]["attempted"] > 0
    assert found["online"]["attempted"] + found["offline"]["attempted"] == found["baskets"]


def test_same_seed_same_run(tmp_path: Path) -> None:
    """Two replays of one seed sell, sync and settle alike, to the byte on the wire."""
    purchases = load(3, 12, 4)
    runs = []
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        found = replay(purchases, folder, 5, OutageModel(24, 6), quiet=True)
        runs.append({k: v for k, v in found.items() if k not in {"seconds", "entries_per_second", "peak_memory_mb"}})
    assert runs[0] == runs[1]


def test_a_wrong_book_is_found(tmp_path: Path) -> None:
    """Money that nobody paid, planted at HQ after the run, is a violation, in reports too, and a lot is overspent."""
    purchases = load(2, 5, 3)
    chain, shopping, _ = play(purchases, tmp_path, 1, None, quiet=True)
    assert report.verify(chain, shopping)["ok"]
    assert report.overspent_lots(chain) == 0
    chain.conn.execute("UPDATE day_totals SET amount = amount + 1 WHERE what = 'sales'")
    found = report.verify(chain, shopping)
    assert not found["ok"]
    assert all(text.startswith("HQ: day_totals: ") for text in found["violations"])
    chain.conn.execute("UPDATE lots SET spent = spent + issued + 1 WHERE asset = 'principal'")
    assert not report.verify(chain, shopping)["ok"]
    assert report.overspent_lots(chain) > 0
