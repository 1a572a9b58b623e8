"""A whole chain under random days: real tills, real logs, real batches, HQ's real books, and misfortune."""

import pytest
from both_sides import Chain
from random_days import CALM, ROUGH, Days, lots_of

from commerce.moves import WITHDRAWALS, Reason


@pytest.mark.parametrize("seed", range(3))
def test_calm_days_count_everything_once(tmp_path, seed):
    """Without clones, rollbacks and closes nothing is exposed or discrepant, and all figures are the tills'."""
    chain = Chain(tmp_path, seed, standalone=("b003",) if seed % 2 else ())
    days = Days(chain, CALM)
    days.run(260)
    days.settle()
    chain.check()
    moved, posted = chain.truth()
    for lot_id, lot in lots_of(chain).items():
        of = lambda *reasons: sum(moved.get((lot_id, int(reason)), 0) for reason in reasons)  # noqa: B023, E731
        assert lot.exposure == 0
        assert lot.issued == of(Reason.ISSUE)
        assert lot.spent == of(Reason.SPEND)
        assert lot.refunded == of(Reason.REFUND)
        assert lot.withdrawn == of(*WITHDRAWALS)
        assert lot.expired == of(Reason.EXPIRE)
    for (account, unit), amount in posted.items():
        if not account.startswith("transit"):
            sql = "SELECT amount FROM balances WHERE account = ? AND unit = ?"
            assert (chain.world.one(sql, account, unit) or (0,)) == (amount,)
    assert chain.world.codes() == []
    assert all(days.done.values()), days.done


@pytest.mark.parametrize("seed", range(10, 14))
def test_rough_days_count_every_entry_once(tmp_path, seed):
    """With clones, rollbacks and closes every entry still counts once, and all books balance at every stage."""
    chain = Chain(tmp_path, seed, standalone=("b001",) if seed % 2 else ())
    days = Days(chain, ROUGH)
    for _ in range(5):
        days.run(60)
        chain.check()
    days.settle()
    days.all_tails()
    chain.check()
    chain.truth()
    there = {key: entry for key, entry in chain.seen.items() if chain.knows(key[0])}
    assert chain.arrived() == there.keys()
    moved = chain.moved(there.values())
    for lot_id, lot in lots_of(chain).items():
        of = lambda *reasons: sum(moved.get((lot_id, int(reason)), 0) for reason in reasons)  # noqa: B023, E731
        assert lot.issued == of(Reason.ISSUE)
        assert lot.spent == of(Reason.SPEND)
        assert lot.refunded <= of(Reason.REFUND)
        assert lot.withdrawn <= of(*WITHDRAWALS)
        goods = lot.spent - of(Reason.REFUND) + lot.paid_out + lot.withdrawn
        assert goods <= lot.issued + lot.exposure
