"""A job becomes a paper: entry → values → template; marked when it is not the first of its kind."""

import base64
import binascii
import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from commerce.facts import Claim, ClaimPaid, Entitlement, Issue, Refund, Sale, ShiftAct, Withdraw
from device_drivers.errors import DeviceError, StopError
from device_drivers.paper import template
from device_drivers.paper.model import Block, Cut, Paper, Picture, Span, Text
from edge_node.devices.papers import templates
from edge_node.devices.papers.figures import paragraphs
from edge_node.devices.papers.plan import plan
from edge_node.devices.papers.shift import shift
from edge_node.devices.papers.source import Made, Means, Source, find
from edge_node.devices.papers.trade import claim, refund, sale
from edge_node.devices.papers.value import gift_card, slip, top_up, withdraw
from edge_node.devices.papers.wording import WORDING
from edge_node.ledger.node import Node
from edge_node.ledger.paper_settings import Language, PaperSettings
from edge_node.ledger.price_book import PriceBook
from edge_node.ledger.print_jobs import PrintJob
from edge_node.storage.database import Connection

_LOG = logging.getLogger("stayopen.edge")

_MAKERS: dict[type, tuple[str, Callable[[Source, Any], Made]]] = {
    Sale: ("sale", sale),
    Refund: ("refund", refund),
    Issue: ("top_up", top_up),
    Entitlement: ("plan", plan),
    Withdraw: ("withdraw", withdraw),
    ShiftAct: ("shift", shift),
    Claim: ("claim", claim),
    ClaimPaid: ("claim", claim),
}
"""Body of a fact → kind of its paper, and what makes the values."""

_SLIP = frozenset({"gift", "transfer", "deduct"})
"""Acts by which value leaves a member without money: their paper is a slip of its own."""

LOGO_DOTS = 384
"""A logo fits the narrowest paper, 58 mm."""


class Sheet(NamedTuple):
    """A paper before it is set: everything that had to be read. Setting it needs no database, and takes longer."""

    settings: PaperSettings
    kind: str
    values: Made
    job: PrintJob

    def paper(self) -> Paper:
        """Set it. What was wanted again, or is repeated, says so; a repeat does not hang on half of the first one."""
        paper = fill(self.settings, self.kind, self.values)
        loose = (Cut(),) if self.job.unsure else ()
        return Paper((*loose, *_marks(self.settings, self.job), *paper.blocks))


def read(conn: Connection, node: Node, book: PriceBook, job: PrintJob, *, now: int, means: Means) -> Sheet | None:
    """Read all that stands on the paper of a job, on the database thread; None for an entry that has none."""
    source = find(conn, node, book, job, now=now, means=means)
    if source is None or type(source.body) not in _MAKERS:
        return None
    kind, values_of = _MAKERS[type(source.body)]
    if isinstance(source.body, Withdraw) and source.body.act in _SLIP:
        kind, values_of = "slip", slip
    if isinstance(source.body, Issue) and source.body.act == "plan":
        kind, values_of = "plan", plan
    if isinstance(source.body, Issue) and source.body.act == "gift_card":
        kind, values_of = "gift_card", gift_card
    return Sheet(source.settings, kind, values_of(source, source.body), job)


def fill(settings: PaperSettings, kind: str, values: Made) -> Paper:
    """Fill the template of a kind; a paper that outgrows the chain's own template is made by the built-in one."""
    logo = picture(settings.receipt_logo)
    try:
        return templates.chosen(settings, kind).fill(values, logo=logo)
    except StopError as error:
        _LOG.warning("template outgrown kind=%s: %s", kind, error)
        return templates.built_in(kind, settings.language).fill(values, logo=logo)


def tried(own: str, settings: PaperSettings, kind: str, language: Language, values: Made) -> Paper:
    """Fill a template that is not in use yet ("": the built-in one); StopError ``bad_template`` where it is wrong."""
    found = template.parse(own) if own else templates.built_in(kind, language)
    return found.fill(values, logo=picture(settings.receipt_logo))


def texts(settings: PaperSettings) -> Made:
    """Return what stands on every paper of a chain; what was not set is empty."""
    return {
        "shop": settings.shop_name,
        "legal": paragraphs(settings.legal_text),
        "footer": paragraphs(settings.receipt_footer),
    }


def test_page(settings: PaperSettings, device: str, columns: int) -> Paper:
    """Make the page by which somebody sees that a printer of so many columns prints all that papers need."""
    return fill(settings, "test", {"shop": settings.shop_name, "device": device, "ruler": ("1234567890" * 6)[:columns]})


def _marks(settings: PaperSettings, job: PrintJob) -> tuple[Block, ...]:
    """Head a paper that is not the first one. No template can leave this out: nothing is printed twice silently."""
    words = WORDING[settings.language]
    marks = [mark for mark, wanted in ((words.repeat, job.unsure > 0), (words.copy, job.copy)) if wanted]
    return tuple(Text((Span(f"** {mark} **", bold=True, tall=True),), "centre") for mark in marks)


@lru_cache(maxsize=2)
def picture(logo: str) -> Picture | None:
    """Read a logo (PNG as base64); None without one, and for one that is no picture."""
    if not logo:
        return None
    from device_drivers.paper.picture import from_png  # noqa: PLC0415 - an idle node loads no Pillow

    try:
        return from_png(base64.b64decode(logo, validate=True), LOGO_DOTS)
    except (binascii.Error, ValueError, DeviceError):
        _LOG.warning("bad logo: it is left out")
        return None
