"""Memory given back: measured in a process of its own, for a heap once grown tells nothing."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import hashlib, sys, threading
from pathlib import Path
from foundation import memory
if sys.argv[1] == "told":
    memory.give_back()
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
def work():
    for _ in range(3):
        hashlib.scrypt(b"246810", salt=b"salt", n=2**14, r=8, p=1)
hashlib.scrypt(b"246810", salt=b"salt", n=2**4, r=8, p=1)
before = resident()
thread = threading.Thread(target=work)
thread.start()
thread.join()
print(resident() - before)
"""


def _kept(how: str) -> int:
    """Bytes that a process keeps after three PINs were worked."""
    done = subprocess.run([sys.executable, "-c", _SCRIPT, how], capture_output=True, text=True, check=True)
    return int(done.stdout)


@pytest.mark.skipif(
    not Path("/proc/self/statm").exists() or not hasattr(ctypes.CDLL(None), "mallopt"), reason="needs Linux and glibc"
)
def test_a_worked_pin_leaves_no_memory_behind() -> None:
    """The 16 MiB of scrypt go back to the system; untold, malloc keeps them."""
    assert _kept("told") < 4_000_000
    assert _kept("untold") > 12_000_000
