"""Promotions: which run, what they match, what they take off, which of them are chosen (docs/pricing.md)."""
