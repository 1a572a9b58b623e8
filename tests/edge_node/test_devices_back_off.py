"""Printers that failed are left alone, each by itself."""

from edge_node.devices.back_off import BackOff


def test_the_pause_doubles_and_spreads():
    """1 s doubling to 30 s; chance takes off up to a quarter; success forgets; a clock set back frees."""
    plain, chance = BackOff(lambda _limit: 0), BackOff(lambda limit: limit - 1)
    assert [plain.delay(n) for n in (1, 2, 3, 5, 6, 99)] == [1000, 2000, 4000, 16000, 30000, 30000]
    assert [chance.delay(n) for n in (1, 6)] == [750, 22500]
    printer = b"p" * 16
    assert plain.paused_until(printer, 0) == 0
    assert plain.failed(printer, 5000) == 6000
    assert plain.failed(printer, 6000) == 8000
    assert (plain.paused_until(printer, 7999), plain.paused_until(printer, 8000)) == (8000, 0)
    assert plain.paused_until(printer, 8000 - 30_001) == 0
    plain.try_now(printer)
    assert plain.paused_until(printer, 7000) == 0
    assert plain.failed(printer, 7000) == 11000, "its failures still count"
    plain.worked(printer)
    plain.try_now(printer)
    assert plain.failed(printer, 7000) == 8000
