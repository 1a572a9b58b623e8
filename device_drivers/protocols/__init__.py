"""Protocols: bytes ↔ meaning without I/O; each with golden vectors in tests/device_drivers."""
