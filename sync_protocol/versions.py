"""Protocol versions: which this code speaks. A version that is not spoken is refused.

Only what either side can do without is agreed on, by name (``OPTIONAL``).
"""

from sync_protocol.errors import HumanError, RefusalCode

PROTOCOL_VERSION = 1
"""Written into every opening, batch header and HELLO."""

SPOKEN = frozenset({1})

HEALTH = "health"
OPTIONAL = {HEALTH: 1}
"""What a peer of version 1 may lack: a node names in HELLO what it can send, HQ in TAKES what it takes of that."""


def check_version(version: int) -> None:
    """Refuse a version this code does not speak: ``version_unsupported``, a person must update one side."""
    if version not in SPOKEN:
        raise HumanError(RefusalCode.VERSION_UNSUPPORTED, f"protocol version {version} is not spoken here")
