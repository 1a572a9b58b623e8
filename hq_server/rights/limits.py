"""Bounds and weights of the placement, with their reasons; the measured ones come from `bench/placement.py`."""

VISITS_KEPT = 64
"""Visits remembered of a member: half a year of a good customer; older ones say little about the next."""

DECAY_PERCENT = 95
"""Each older visit weighs this much of the next younger one: a member who moves is followed within a month."""

WEIGHT = 1 << 16
"""Weight of the last visit; fine enough that the 64th still counts."""

PRIOR_WEIGHT = 2 * WEIGHT
"""How many visits' worth the member's receipts in all branches count in the receipt sizes expected in one of them."""

AMOUNT_STEPS = 46
"""Size classes of receipts: 1.00, then √2 apart, up to 6,000,000.00 in minor units of 1/100."""

MIN_GAIN_PER_MILLE = 100
"""Hysteresis: rights move only if the chance that the next payment finds them grows by so much. Measured: 20 approves
no more than 100 and moves 1.8 times as often; 150 approves half a point less."""

MIN_BRANCH_GAIN_PER_MILLE = 10
"""A branch whose own chance grows by less gets nothing: dust costs a row and a fact as well."""

HOLD_MS = 180_000
"""After a top-up or a request nothing is recalled for so long, or until the member has bought: the way to the till."""

REQUEST_WAIT_MS = 3_000
"""How long HQ gathers rights for a branch that asked: recalls from idle nodes take a few hundred ms."""

REQUESTS_KEPT = 1_000
"""Answers kept per incarnation, so that a repeated question gets the same answer (sync.md)."""
