"""What the node says of itself on the LAN: ``_stayopen._tcp``.

    branch  the branch's id           api  version of the tills' API, the 1 of /api/v1
    node    32 hexadecimal digits     fp   SHA-256 of the node's certificate, before enrolment of its public key

All of it is public: the branch stands on the shop's door, the fingerprint is there to be compared with a screen's.
"""

import hashlib

from device_drivers.discovery.announcements import NODES, Service
from edge_node.discovery import limits
from edge_node.ledger.node import Node

API = "1"


def fingerprint(certificate: bytes | None, public_key: bytes) -> str:
    """Return what to announce as ``fp``, hexadecimal. `certificate`: DER, None before enrolment."""
    return hashlib.sha256(public_key if certificate is None else certificate).hexdigest()


def own_service(node: Node, port: int, print_: str) -> Service:
    """Make the node's announcement; `print_`: its fingerprint."""
    short = node.node.hex()[:8]
    branch = node.branch.encode()[: limits.INSTANCE_BYTES - 20].decode("utf-8", "ignore")
    txt = {"branch": node.branch[: limits.TXT], "node": node.node.hex(), "api": API, "fp": print_}
    return Service(NODES, f"StayOpen {branch} {short}", f"stayopen-{short}", port, txt)
