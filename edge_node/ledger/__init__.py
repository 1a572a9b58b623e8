"""The edge node's ledger: the one room where till, sync and devices meet. Synchronous functions ``fn(conn, …)``.

None of them commits: the caller opens the transaction (``storage.database.transaction`` or ``Database.write``).
"""
