"""How commands speak: a text for people or JSON for programs, exit codes, progress on long work."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

OK = 0
FAILED = 1
REFUSED = 3


class Parser(Protocol):
    """What commands are added to (argparse has no public name for it)."""

    def add_parser(self, name: str, *, help: str, description: str) -> argparse.ArgumentParser:  # noqa: A002 - argparse's word
        """Add a command."""


Act = Callable[[argparse.Namespace], int]


class Refusal(Exception):  # noqa: N818 - not a defect but an answer
    """The command cannot be carried out; the text says why and what to do."""


def command(group: Parser, name: str, summary: str, act: Act, *, as_json: bool = False) -> argparse.ArgumentParser:
    """Add one command to a group."""
    made = group.add_parser(name, help=summary, description=summary)
    made.set_defaults(act=act)
    if as_json:
        made.add_argument("--json", action="store_true", help="print JSON for programs")
    return made


def say(args: argparse.Namespace, value: Mapping[str, Any], text: str) -> None:
    """Print `text`, or `value` as JSON where ``--json`` was given."""
    print(json.dumps(value, ensure_ascii=False) if getattr(args, "json", False) else text)


def verdict(args: argparse.Namespace, report: Mapping[str, Any]) -> int:
    """Print a verification report ``{ok, lots, entries, violations}`` and return the exit code."""
    lines = [f"{'ok' if report['ok'] else 'NOT OK'}: {report['lots']} lots, {report['entries']} entries"]
    lines += [f"  {violation}" for violation in report["violations"]]
    say(args, report, "\n".join(lines))
    return OK if report["ok"] else FAILED


@contextmanager
def progress(args: argparse.Namespace, what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on stderr for ``tell(done, total)``; silent with ``--json`` or when nobody looks."""
    from tqdm import tqdm  # noqa: PLC0415 - a node that serves for months needs no bar

    quiet = getattr(args, "json", False) or not sys.stderr.isatty()
    with tqdm(desc=what, disable=quiet, leave=False, unit=" entries", file=sys.stderr) as bar:

        def tell(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield tell
