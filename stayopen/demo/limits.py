"""Bounds of the demo, in seconds unless named otherwise. None of them paces anything: they end a wait that got lost."""

ASK_AGAIN = 0.05
"""Between two questions "are you there yet?": short against a start of half a second, long against an answer."""
SIGN_IN_AGAIN = 0.3
"""Between two tries to sign in: three wrong ones are free, and rows come within one."""
START = 60.0
"""A program imports, opens its database and listens: one second, more on a busy machine."""
COMMAND = 120.0
"""One command run to its end (enrolment, verification)."""
STOP = 15.0
"""After SIGTERM: finish requests, fold the log into the file; then the program is killed."""
TRY = 5.0
"""One HTTP request; the same one is then sent again."""
PATIENCE = 60.0
"""A till sends one act again for so long: a box that is killed comes back much sooner."""
SETTLE = 60.0
"""HQ has everything of all branches after a line's return: a second for thousands of entries."""
SCRIPT = 60.0
"""The whole unattended script, once the chain stands."""
CHUNK = 64 * 1024
"""Bytes that the relay passes on at once."""
