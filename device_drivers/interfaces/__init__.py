"""What each kind of device can do, under the names of UnifiedPOS (OMG Retail Peripheral Architecture 1.16).

A driver is one class that implements one of these; the contract suites in ``tests/device_drivers`` hold for each.
"""
