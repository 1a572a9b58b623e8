"""Every bound of discovery with its reason. Times in seconds, sizes in characters unless said."""

POLL_S = 1.0
"""New things are noticed within two seconds, so the ports are looked at every second; a look takes a millisecond."""
LOOK_S = 5.0
"""A look that takes longer hangs on a broken USB device; it goes on in its own thread, and nobody waits for it."""
THINGS = 128
"""Things plugged into one box; more is a fault, or somebody who plays with USB gadgets."""
ANNOUNCED = 256
"""Announcements kept at once: a shopping mall's whole LAN, and far less than could hurt."""
PENDING = 256
"""Announcements whose details are still to be asked for."""
RESOLVERS = 4
"""Details asked for at once."""
RESOLVE_MS = 3_000
"""mDNS answers within 120 ms; three questions are sent in this time."""
NAME = 64
"""A name shown to people; an mDNS instance has 63 bytes."""
IDENTITY = 120
"""An mDNS identity is a prefix and an instance name; a USB serial number may have 126 and is cut."""
SERIAL_NUMBER = 64
"""Of a USB device; longer ones are cut, and two that are then equal are told apart by their ports."""
SYSFS_BYTES = 1024
"""Read of one sysfs attribute; an IEEE 1284 id has some 200."""
TXT_PAIRS = 32
"""Bonjour's printers have 20 keys."""
TXT_VALUE = 255
"""One TXT string has 255 bytes by RFC 6763."""
LANGUAGES = 16
"""Page description languages that one printer announces; an office printer has ten."""
ADDRESSES = 8
"""Addresses of one announcement."""
