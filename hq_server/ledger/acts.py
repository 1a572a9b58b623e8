"""Acts of HQ that are ``audit`` facts in its log and yet change books: the words that stage 2 looks for."""

EXPIRY_DUE = "expiry_due"
"""`subject`: the day; what was to be used before it is written off from here on. HQ's clock alone says so."""

ASIDE_FREED = "aside_freed"
"""Two people gave rights that were set aside back to HQ's own: the moves say which, an exposure accepted by name."""
