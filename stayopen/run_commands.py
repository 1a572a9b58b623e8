"""``stayopen demo`` and ``stayopen replay``: a whole chain on one machine, real or in virtual time."""

from stayopen.demo import command as demo
from stayopen.output import Parser
from stayopen.replay import command as replay


def add(commands: Parser) -> None:
    """Add both."""
    for name, summary, room in (
        ("demo", "one HQ and three branches as real processes, with example data", demo),
        ("replay", "a year of real purchases through the real code, in virtual time, with outages", replay),
    ):
        parser = commands.add_parser(name, help=summary, description=summary)
        room.add_arguments(parser)
        parser.set_defaults(run=room.run)
