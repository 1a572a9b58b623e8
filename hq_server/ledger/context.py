"""What HQ is while it runs: its keys, its epoch, its own log, and the port through which facts are applied.

The ledger may not know the room that plans and applies entries (``reconcile`` builds on the ledger), so it is handed
in: whoever records a fact of HQ has it applied in the same transaction by the same code that applies a branch's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from commerce.facts import Fact
from hq_server.storage.database import Connection
from sync_protocol.chain import LogIdentity
from sync_protocol.epoch import HqEpoch


@dataclass(frozen=True, slots=True)
class Keys:
    """Who HQ is and its secrets, from the keystore. `node`: HQ's own node id; the two last are 32 bytes each."""

    chain: bytes
    node: bytes
    signing_key: Ed25519PrivateKey
    member_key: bytes  # keyed hashes of phones and cards, chain-wide
    mac_key: bytes  # under rights rows: kept outside the database


class Applier(Protocol):
    """Stage 2 as the ledger sees it."""

    def own(self, conn: Connection, hq: "Hq", facts: Sequence[Fact], now: int) -> int:
        """Append facts to HQ's own log and apply them; return the last one's seq."""
        ...

    def drain(self, conn: Connection, hq: "Hq", now: int) -> None:
        """Apply everything that stage 1 holds."""
        ...


@dataclass(frozen=True, slots=True)
class Hq:
    """HQ in one epoch. ``no``, ``incarnation``: of its own log."""

    keys: Keys
    epoch: HqEpoch
    no: int
    incarnation: bytes
    applier: Applier

    def identity(self) -> LogIdentity:
        """Name HQ's own log, as its h_0 binds it."""
        public = self.keys.signing_key.public_key().public_bytes_raw()
        return LogIdentity(self.keys.chain, self.keys.node, self.incarnation, public)
