"""commerce.limits: bounds that fit together."""

from commerce import limits
from commerce.quantity import line_amount


def test_products_fit_63_bits():
    """The largest amount times the largest quantity still fits a database integer, and amounts fit the envelope."""
    assert limits.AMOUNT_MAX * limits.MILLI_QTY_MAX * 2 + 1000 < 2**63
    assert limits.AMOUNT_MAX * limits.LINES_MAX <= limits.ENVELOPE_MAX
    assert line_amount(limits.AMOUNT_MAX, 1000) == limits.AMOUNT_MAX
