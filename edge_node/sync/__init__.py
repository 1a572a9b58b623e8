"""Sync: the branch's end of the line to HQ. Knows no till; both meet in the ledger."""
