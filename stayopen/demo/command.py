"""``stayopen demo``: a chain to look at, or a story that plays by itself (``--script outage``)."""

import argparse
import asyncio
import json
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from edge_node.errors import EdgeError
from stayopen.demo import day, limits, outage, show
from stayopen.demo.chain import Chain
from stayopen.demo.client import RefusedError
from stayopen.demo.printers import Printers
from stayopen.demo.program import ProgramError
from stayopen.demo.waiting import TooLateError
from stayopen.output import FAILED, OK, REFUSED

_STARTING = "正在启动总部和三家门店… starting head office and three branches …"
_DATA, _STORY_DATA = Path("var/demo"), Path("var/demo-outage")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of ``stayopen demo``."""
    parser.add_argument("--data", type=Path, metavar="DIR", help=f"keep everything here (default: {_DATA})")
    parser.add_argument("--fresh", action="store_true", help="forget what an earlier demo left there")
    parser.add_argument(
        "--script",
        choices=("outage",),
        help=f"play a story unattended and check the books; always fresh (default directory: {_STORY_DATA})",
    )
    parser.add_argument("--json", action="store_true", help="with --script: print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Run the demo until Ctrl-C, or the story to its end; 1: something did not hold, the reason is printed."""
    story = args.script is not None
    chain = Chain(args.data or (_STORY_DATA if story else _DATA), fresh=args.fresh or story)
    try:
        return asyncio.run(_story(chain, as_json=args.json) if story else _live(chain))
    except EdgeError as error:
        print(f"stayopen demo: another demo holds {chain.folder.path} ({error})")
        return REFUSED
    except (ProgramError, TooLateError, outage.StoryError, RefusedError, TimeoutError) as error:
        reason = f"{type(error).__name__}: {error}"
        print(json.dumps({"ok": False, "reason": reason}) if args.json else f"stayopen demo: {reason}")
        return FAILED


async def _live(chain: Chain) -> int:
    """Start everything, say where to look, run until told to stop; ProgramError when a program ends by itself."""
    leaving = asyncio.create_task(_told_to_end().wait())
    print(_STARTING, flush=True)
    printers = Printers(chain)
    async with chain:
        try:
            stood = chain.folder.complete
            if not await _unless(leaving, chain.up()):
                return OK
            if not stood and not await _unless(leaving, day.spend_a_morning(chain)):
                return OK
            if not await _unless(leaving, printers.up()):
                return OK
            print(show.where(chain, printers.papers), flush=True)
            programs = (chain.hq, *(box.program for box in chain.boxes.values()), *printers.programs)
            await _unless(leaving, *(program.ended() for program in programs))
            print("正在停止… stopping …", flush=True)
        finally:
            await printers.down()
    return OK


async def _unless(leaving: asyncio.Task[Any], *work: Coroutine[Any, Any, None]) -> bool:
    """Work until one part is done (True) or it is time to leave (False); what is not done then is cancelled."""
    parts = [asyncio.create_task(part) for part in work]
    try:
        done, _ = await asyncio.wait({leaving, *parts}, return_when=asyncio.FIRST_COMPLETED)
        for part in done - {leaving}:
            part.result()
        return leaving not in done
    finally:
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)


async def _story(chain: Chain, *, as_json: bool) -> int:
    """Play the story; print its table or its JSON."""
    tell = None if as_json else show.step
    if not as_json:
        print(_STARTING, flush=True)
    async with chain:
        await chain.up()
        told: dict[str, Any] = await asyncio.wait_for(outage.play(chain, tell), limits.SCRIPT)
    print(json.dumps(told, ensure_ascii=False) if as_json else show.result(told))
    return OK if told["ok"] else FAILED


def _told_to_end() -> asyncio.Event:
    """Return what is set by Ctrl-C, by SIGTERM, and when the terminal closes."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended
