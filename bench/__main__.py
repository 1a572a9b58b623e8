"""``python -m bench [NAME …] [--json]``: run the benchmarks, each in a process of its own, and print one table."""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import asdict

from bench.harness import Figure

ALL = ("edge_commit", "hq_ingest", "wire", "print_spooler", "promotions", "memory", "till", "placement", "hq_lists")


def measure(name: str) -> list[Figure]:
    """Run one benchmark; what it says besides its figures goes to stderr."""
    print(f"{name} … (load {os.getloadavg()[0]:.1f})", file=sys.stderr, flush=True)
    done = subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{name} ended {done.returncode}")
    return [Figure(**json.loads(line)) for line in done.stdout.splitlines()]


def table(figures: list[Figure]) -> str:
    """Figures, targets, and whether they are met, in Markdown as README.md keeps it."""
    lines = ["| figure | measured | target | |", "| --- | --- | --- | --- |"]
    for figure in figures:
        state = "" if not figure.target else "met" if figure.met else "missed"
        lines.append(f"| {figure.name} | {figure.value} {figure.unit} | {figure.target} | {state} |")
    return "\n".join(lines)


def main() -> None:
    """Run what is asked for, all by default. Targets are told, not enforced: the machine may be busy."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(ALL)}; none: all")
    parser.add_argument("--json", action="store_true", help="print one JSON array with all details")
    args = parser.parse_args()
    if unknown := set(args.names) - set(ALL):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    figures = [figure for name in args.names or ALL for figure in measure(name)]
    if args.json:
        print(json.dumps([asdict(figure) | {"met": figure.met} for figure in figures], ensure_ascii=False, indent=1))
    else:
        print(table(figures))


if __name__ == "__main__":
    main()
