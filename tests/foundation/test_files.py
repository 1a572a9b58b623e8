"""The limit of open files."""

import subprocess
import sys

SCRIPT = """
import resource
from foundation.files import allow
resource.setrlimit(resource.RLIMIT_NOFILE, (64, 300))
print(allow(200), resource.getrlimit(resource.RLIMIT_NOFILE)[0], allow(100), allow(1000))
"""


def test_raised_but_never_lowered_nor_beyond_what_is_allowed() -> None:
    """The soft limit goes up to what is wanted, at most to the hard one, and never down."""
    found = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=30)
    assert found.stdout.split() == ["200", "200", "200", "300"]
