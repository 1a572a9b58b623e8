"""The HQ server: keeps every branch's log, settles value between branches and distributes reference data."""
