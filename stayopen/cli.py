"""The command line: ``stayopen hq …``, ``edge …``, ``devices …``, ``demo``, ``replay``.

Exit codes: 0 done; 1 a check failed (verify, demo, replay); 2 the command line is wrong; 3 refused, the message says
what to do; 130 interrupted.
"""

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from commerce.errors import CommerceError
from edge_node.config import ConfigError
from edge_node.errors import EdgeError
from hq_server.errors import HqError
from provisioning.errors import ProvisioningError
from stayopen.output import OK, REFUSED, Refusal

INTERRUPTED = 130

COMMANDS = {
    "hq": ("stayopen.hq_commands", "head office: make a chain, serve branches and the office, check the books"),
    "edge": ("stayopen.edge_commands", "a branch: serve tills, join a chain, check the books"),
    "devices": ("stayopen.device_commands", "a branch's hardware: list, watch, try out, accept; simulate, record"),
    "demo": ("stayopen.demo.command", "one HQ and three branches as real processes, with example data"),
    "replay": (
        "stayopen.replay.command",
        "a year of real purchases through the real code, in virtual time, with outages",
    ),
}
"""Command → the module that declares its options (``add_arguments``) and runs it (``run``), and what it is."""

KNOWN = (HqError, EdgeError, CommerceError, ProvisioningError, ConfigError, Refusal)
"""Errors that say what is wrong and what to do; anything else is a defect and keeps its trace."""

HINTS = {
    "already_started": "this folder holds an HQ already; `stayopen hq serve` starts it",
    "already_running": "another process serves this folder; stop it first",
    "database_too_new": "a newer version has written this database; install that version",
    "database_unreadable": "the key is not this database's, or the file is damaged: put a backup back",
    "keystore_missing": "there is nothing in this folder yet; --data names another one",
    "not_enrolled": "this is a shop of its own; there is no HQ to ask",
    "code_mistyped": "compare the code with the one HQ printed; it is complete with its last group",
}
"""What to do about codes that people at a shell meet most."""

_EPILOG = """exit codes: 0 done · 1 a check failed · 2 wrong command line · 3 refused, the message says what to do

try it:            stayopen demo
one shop, no HQ:   stayopen edge serve --data DIR
a chain:           stayopen hq init --data DIR; stayopen hq serve --data DIR
                   stayopen hq enrol-code --data DIR --branch b001
"""


def parser(chosen: str) -> argparse.ArgumentParser:
    """Build the command line; only the chosen command's module is imported, so a branch's box loads no HQ."""
    top = argparse.ArgumentParser(
        prog="stayopen",
        description="不打烊: membership, stored value and point of sale for chains that sell when the line is down.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"stayopen {_version()}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for name, (module, summary) in COMMANDS.items():
        made = commands.add_parser(name, help=summary, description=summary)
        if name == chosen:
            room = importlib.import_module(module)
            room.add_arguments(made)
            made.set_defaults(run=room.run)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.umask(0o077)  # databases, logs and keys are the owner's, also in a folder that others may enter
    words = sys.argv[1:] if argv is None else argv
    chosen = next((word for word in words if not word.startswith("-")), "")
    args = parser(chosen).parse_args(words)
    try:
        return int(args.run(args))
    except KNOWN as error:
        print(f"stayopen: {error}", file=sys.stderr)
        if hint := HINTS.get(str(getattr(error, "code", ""))):
            print(f"  {hint}", file=sys.stderr)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # the reader has left (`| head`): nothing more to say
        return OK


def _version() -> str:
    """The installed version, or that it runs from its source."""
    try:
        return version("stayopen")
    except PackageNotFoundError:
        return "from source"


if __name__ == "__main__":
    sys.exit(main())
