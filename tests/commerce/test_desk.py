"""commerce.desk: where and when an act happens."""

from commerce.accounts import HQ
from commerce.desk import hq_desk


def test_head_office_has_no_till():
    """An act of head office names HQ as its branch, no till and no shift."""
    desk = hq_desk("2026-03-08", "财务01")
    assert (desk.branch, desk.till, desk.shift, desk.day) == (HQ, "", b"", "2026-03-08")
