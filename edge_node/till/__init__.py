"""What a cashier does: shifts, baskets, checkout, refunds, members, top-ups. Knows no network and no device.

Every function is one act ``fn(conn, …)`` for one transaction, and returns a plain frozen result.
"""
