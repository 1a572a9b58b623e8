"""Replay of a year of real purchases through the running system's own code, with virtual time (``stayopen replay``)."""
