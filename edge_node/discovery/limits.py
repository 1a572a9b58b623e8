"""Every bound of this room with its reason. Times in seconds."""

RETELL_S = 30.0
"""What is there is told to the ledger anew: what a person has forgotten or what gave way is offered again."""
SETTLED_S = 20.0
"""A LAN has answered by then (mDNS asks at 0, 1, 3 and 7 s); only then is what was not heard taken as gone."""
CALM_S = 1.0
"""After each handling of announcements: who floods the LAN makes a node work once a second."""
ADDRESSES_S = 10.0
"""How often it is looked whether the box has other addresses: a cable, a new lease."""
BACK_OFF_S = 2.0
BACK_OFF_MOST_S = 300.0
"""From the first wait after an error to the longest: a box without multicast writes 300 lines a day."""
ASKING = 4
"""Devices asked at once."""
PEERS = 64
"""Nodes that are remembered: a branch has one, a mall's LAN with guests a dozen."""
INSTANCE_BYTES = 63
"""A DNS label."""
TXT = 64
"""Longest value that is believed of another node: a SHA-256 in hexadecimal."""
