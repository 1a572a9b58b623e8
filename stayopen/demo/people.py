"""Who works in the demo's chain, and how they sign in."""

from stayopen import seed

PASSWORD = "bu-da-yang-demo"  # noqa: S105 - the demo's sign-in is printed; its HQ serves loopback only
OFFICE = ("office-a", "office-b")
"""Two managers at head office, for what takes two people."""

CASHIERS = (("1001", seed.PIN), ("1002", seed.PIN))
LEAD = ("2001", seed.PIN)
"""Number and PIN of the shift lead of each branch, who approves refunds."""
MANAGER = ("9001", seed.PIN)
