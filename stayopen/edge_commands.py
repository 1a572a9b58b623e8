"""``stayopen edge …``: one branch's node."""

import argparse
import sys
from pathlib import Path

import msgspec

from edge_node import app, care, config, joining
from foundation import memory
from stayopen.output import OK, Refusal, command, progress, say, verdict

DATA = "var/edge"
_CODE_LINE = 1_000
"""Characters read of a code: what is longer is none."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the commands of the group."""
    group = parser.add_subparsers(metavar="COMMAND", required=True)
    serve = command(
        group, "serve", "sell: serve the tills, alone or as a branch; stop it with SIGTERM or Ctrl-C", _serve
    )
    _where(serve)
    serve.add_argument("--host", help="address for tills (default: 127.0.0.1; a LAN address lets other tills in)")
    serve.add_argument("--port", type=int, help="port for tills (default: 8080; 0: any)")
    serve.add_argument("--seed", type=Path, metavar="FILE", help="products and staff of a first start, as JSON")
    enrol = command(group, "enrol", "join a chain by a one-time code; the history comes along", _enrol, as_json=True)
    _where(enrol)
    enrol.add_argument("--hq", required=True, metavar="URL", help="address of HQ, e.g. https://hq.example:8443")
    enrol.add_argument(
        "--code",
        default="-",
        help="the code that `stayopen hq enrol-code` printed; without it one is read from standard input, where no"
        " other user of this box sees it among the processes",
    )
    _where(command(group, "status", "tell how this node is: log, link to HQ, what waits", _status, as_json=True))
    _where(command(group, "verify", "check the whole database against a replay of its logs", _verify, as_json=True))
    summary = "after a backup was put back: open a new incarnation, so that nothing is spent twice"
    _where(command(group, "restore", summary, _restore, as_json=True))


def run(args: argparse.Namespace) -> int:
    """Run the command that was chosen; return the exit code."""
    return int(args.act(args))


def _where(parser: argparse.ArgumentParser) -> None:
    """The options that say which node."""
    parser.add_argument("--config", type=Path, metavar="FILE", help="TOML file; the options below win over it")
    parser.add_argument("--data", metavar="DIR", help=f"database and keys (default: {DATA})")


def _config(args: argparse.Namespace) -> config.Config:
    """The file's configuration with the command line's changes."""
    made = config.load(args.config)
    if args.data:
        made = msgspec.structs.replace(made, data=args.data)
    till = {name: value for name in ("host", "port") if (value := getattr(args, name, None)) is not None}
    if till:
        if not 0 <= till.get("port", 0) <= 65_535:
            raise Refusal("--port is a number from 0 to 65535")
        made = msgspec.structs.replace(made, till=msgspec.structs.replace(made.till, **till))
    return made


def _serve(args: argparse.Namespace) -> int:
    """Serve until told to stop."""
    memory.give_back()
    app.serve(_config(args), args.seed)
    return OK


def _enrol(args: argparse.Namespace) -> int:
    """Join a chain."""
    joined = joining.enrol(_config(args), _code() if args.code == "-" else args.code, args.hq)
    value = {"branch": joined.branch, "branch_name": joined.branch_name, "chain": joined.chain.hex()}
    say(args, value, f"joined as {joined.branch} {joined.branch_name}; now `stayopen edge serve`")
    return OK


def _code() -> str:
    """Read the code from standard input: a person is asked for it."""
    if sys.stdin.isatty():
        sys.stderr.write("enrolment code: ")
        sys.stderr.flush()
    return sys.stdin.readline(_CODE_LINE)


def _status(args: argparse.Namespace) -> int:
    """Tell how it is."""
    value = care.status(_config(args))
    say(args, value, "\n".join(f"{name}: {item}" for name, item in value.items()))
    return OK


def _verify(args: argparse.Namespace) -> int:
    """Check everything."""
    with progress(args, "verify") as tell:
        report = care.verify(_config(args), tell)
    value = {"ok": report.ok, "lots": report.lots, "entries": report.entries, "violations": list(report.violations)}
    return verdict(args, value)


def _restore(args: argparse.Namespace) -> int:
    """Open a new incarnation."""
    restored = care.restore(_config(args))
    value = {"incarnation": restored.incarnation.hex(), "seq_left_behind": restored.seq_left_behind}
    say(args, value, f"a new incarnation begins; the old log ends at entry {restored.seq_left_behind}")
    return OK
