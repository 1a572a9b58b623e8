"""Discovery: what is plugged in and what is announced on the LAN, and which driver may speak with it.

Nothing here opens a line but ``asking``, and that only where its module says.
"""
