"""Money through payment providers: asked for, found again after a restart, used once, given back.

A till waits for no provider; what became of a payment lies in the ledger, and the desk here brings it about.
"""
