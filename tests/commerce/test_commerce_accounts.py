"""commerce.accounts and commerce.moves: names and numbers that cross the wire."""

from commerce import accounts
from commerce.moves import Posting, Reason, unbalanced, unit_of


def test_account_names():
    """Accounts are named by what they are and whose they are; ids stand in hexadecimal."""
    assert accounts.cash("xihu", "微信") == "cash:xihu:微信"
    assert accounts.exposure(b"\x01" * 16) == "exposure:" + "01" * 16
    assert accounts.receivable(b"\xff" * 16) == "receivable:" + "ff" * 16
    names = [act("xihu") for act in (accounts.sales, accounts.given, accounts.breakage, accounts.refund_expense)]
    assert len({*names, accounts.rounding("xihu"), accounts.TRANSIT, accounts.SUSPENSE}) == 7


def test_every_reason_moves_one_counter():
    """In-moves, out-moves and acts of HQ are told apart by their numbers."""
    for reason in Reason:
        assert reason.is_in + reason.is_out + (reason >= Reason.GRANT) == 1


def test_units():
    """Money assets balance together; every other asset stands alone."""
    assert {unit_of(asset) for asset in ("principal", "gift_card", "credit")} == {"money"}
    assert unit_of("uses:洗剪吹") == "uses:洗剪吹"
    postings = (Posting("a", "money", 5), Posting("b", "money", -4), Posting("c", "bonus", 0))
    assert unbalanced(postings) == {"money": 1}
