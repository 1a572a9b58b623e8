"""Device drivers: the shop's hardware, in layers. Knows no program and no commerce; HQ never imports it.

``interfaces`` say what a kind of device can do (UnifiedPOS names), ``transports`` carry bytes, ``protocols`` are bytes
↔ meaning without I/O, ``drivers`` join the two, ``simulators`` speak the same bytes from the other side, ``paper`` is
what stands on a receipt or label, ``registry`` is the one list of what is supported.
"""
