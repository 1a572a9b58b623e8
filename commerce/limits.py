"""Every bound of commerce with its reason. Exceeding one is an InputError, never a silent cut."""

ENVELOPE_MAX = 2**53
"""Largest magnitude of any number in an envelope: a browser's JSON numbers are exact up to here."""

AMOUNT_MAX = 10_000_000_000
"""100,000,000.00 per amount of money: beyond any shop's till; times a quantity it still fits 63 bits."""

POINTS_MAX = 10_000_000_000
"""Points, uses and coupons in one act; as for money."""

MILLI_QTY_MAX = 100_000_000
"""100,000.000 pieces or kilograms in one line."""

LINES_MAX = 500
"""Lines of one basket: a receipt of eight metres; keeps a fact under 64 KiB."""

USES_MAX = 200
"""Lots that may pay for one sale; wallets beyond it pay in two sales."""

TENDERS_MAX = 20
"""Tenders of one payment: more is a mistake or an attack."""

DISCOUNTS_MAX = 16
"""Explained steps of one line."""

LOTS_PER_ISSUE_MAX = 64
"""Lots that one top-up or campaign act may issue to one member."""

STAGES_MAX = 60
"""Parts of a staged bonus: five years of months."""

VALID_DAYS_MAX = 36_500
"""A validity of a hundred years is a typing error or means never (which is 0)."""

RATIO_MAX = 1_000_000
"""One weight of a ratio: fine enough for a millionth, small enough for exact products."""

BASIS_POINTS_MAX = 10_000
"""100 % as basis points, the largest fee or interest rate."""

PER_MILLE_MAX = 100_000
"""A hundredfold bonus in thousandths of the amount paid: above it a rule is a typing error."""

TEXT_MAX = 200
"""Characters of a reason, a name or a reference in a fact."""

REFERENCE_MAX = 32
"""Characters of a reference that a tender asks for: the longest numbers of bank slips, and ids in hexadecimal."""

CODE_MAX = 32
"""Characters of a rule's, item's, tender's or staff code."""

ATTENDANTS_MAX = 67
"""Characters of a line's attendants: four staff numbers of sixteen, joined by commas."""

PROMOTIONS_MAX = 500
"""Promotions in force in one chain or branch: nobody oversees more, and a basket is priced against all of them."""

PROMOTION_CODE_MAX = 22
"""Characters of a promotion's code: ``promotion:<code>`` names it in a sale and is a rule's code there."""

PLAN_CODE_MAX = 27
"""Characters of a card plan's code: ``plan:<code>`` names it in a sale and is a rule's code there."""

PROMOTIONS_OF_LINE = 4
"""Promotions that lower one line: 200 lines with the longest codes still fit a fact of 64 KiB."""

PROMOTION_NAMES_MAX = 300
"""Items that one promotion names, all lists together: with names of four-byte characters a row stays below 64 KiB."""

PROMOTION_CATEGORIES_MAX = 20
"""Categories that one promotion names, all lists together, as above; more is a promotion on everything."""

PROMOTION_LIST_MAX = 16
"""Windows, parts, steps, gifts or tiers of one promotion: more cannot be explained at a till."""

PROMOTION_TIMES_MAX = 10_000
"""Pieces of a group, and how often a promotion may count in one basket."""

COMPETING_MAX = 3
"""Promotions for the same goods that are tried in every order: 15 tries; four would be 60, for a cent in a thousand."""

COUPONS_MAX = 20
"""Coupons handed over for one basket."""

NEAR_MISSES_MAX = 5
"""Promotions nearly reached that a till is told of: nobody reads more of them to a customer."""

NEAR_ITEMS_MAX = 16
"""Items named by a near miss."""

PICTURE_BYTES_MAX = 48 * 1024
"""Bytes of one picture: 400 × 400 pixels as WebP or JPEG; with its key it fits a feed row of 64 KiB."""

CARD_PREFIX_MAX = 12
"""Digits of a card range's prefix."""

CARD_SERIAL_MAX = 9_999_999_999
"""Ten digits: a card for everybody on earth; with prefix and check digit a number stays below 32 characters."""
