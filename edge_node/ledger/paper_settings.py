"""The chain's choices for its papers (docs/receipts.md), as settings like all others.

Templates are kept as they were written: whether one can be read is found out when it is used, so that a bad one costs
its own looks and nothing else.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from msgspec import Meta

from edge_node import limits

Language = Literal["zh-CN", "zh-TW", "en"]

KINDS = ("sale", "refund", "top_up", "plan", "gift_card", "withdraw", "slip", "shift", "claim")
"""Kinds of papers that have a template: ``receipt_<kind>``."""

_Template = Annotated[str, Meta(max_length=limits.PAPER_TEMPLATE)]
_Text = Annotated[str, Meta(max_length=limits.PAPER_TEXT)]
_Prefix = Annotated[str, Meta(pattern=r"^[A-Z0-9]{0,4}\Z")]

PrintMode = Literal["always", "ask", "on_request"]
"""``always``: at once; ``ask``: the till asks whether; ``on_request``: only when somebody wants it."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """How numbers of papers look.

    ``restart`` ``log``: date, log and place in it; else each till counts for itself, ``daily`` from 1 or on and on.
    ``prefix``: a branch's own, so that no other branch prints the same; ``digits``: at least so many, with zeros.
    """

    restart: Literal["log", "daily", "running"] = "log"
    prefix: _Prefix = ""
    digits: Annotated[int, Meta(ge=1, le=8)] = 6


_NUMBERING = Numbering()


@dataclass(frozen=True, slots=True)
class PaperSettings:
    """How papers look. A template "" is the built-in one of the language; texts may have several lines.

    ``shop_name`` "": the branch's name stands alone. ``receipt_logo``: a PNG as base64. ``time_zone``: an IANA name.
    ``receipt_copies``: papers of each sale, the further ones marked as copies. ``print_top_up``: of plans sold, too.
    """

    language: Language = "zh-CN"
    shop_name: str = ""
    time_zone: str = "Asia/Shanghai"
    receipt_sale: str = ""
    receipt_refund: str = ""
    receipt_top_up: str = ""
    receipt_plan: str = ""
    receipt_gift_card: str = ""
    receipt_withdraw: str = ""
    receipt_slip: str = ""
    receipt_shift: str = ""
    receipt_claim: str = ""
    receipt_logo: str = ""
    receipt_footer: str = ""
    legal_text: str = ""
    receipt_copies: int = 1
    print_sale: PrintMode = "always"
    print_top_up: PrintMode = "always"
    print_refund: PrintMode = "always"
    numbering: Numbering = _NUMBERING

    def mode(self, kind: str) -> PrintMode:
        """Return whether a paper of that kind is printed by itself; what nobody may do without always is."""
        modes = {"sale": self.print_sale, "refund": self.print_refund}
        modes |= dict.fromkeys(("top_up", "plan"), self.print_top_up)
        return modes.get(kind, "always")

    def template(self, kind: str) -> str:
        """Return the chain's own template of a kind; "" for the built-in one."""
        return str(getattr(self, f"receipt_{kind}")) if kind in KINDS else ""


FORMS: dict[str, Any] = {
    "language": Language,  # "zh-CN" | "zh-TW" | "en"
    "shop_name": Annotated[str, Meta(max_length=limits.NAME)],
    "time_zone": Annotated[str, Meta(max_length=limits.NAME, pattern=r"^[A-Za-z0-9_+/-]*$")],
    **{f"receipt_{kind}": _Template for kind in KINDS},
    "receipt_logo": Annotated[str, Meta(max_length=limits.PAPER_LOGO, pattern=r"^[A-Za-z0-9+/=]*$")],
    "receipt_footer": _Text,
    "legal_text": _Text,
    "receipt_copies": Annotated[int, Meta(ge=1, le=limits.PAPER_COPIES)],
    "print_sale": PrintMode,
    "print_top_up": PrintMode,
    "print_refund": PrintMode,
    "numbering": Numbering,  # {"restart": "daily", "prefix": "NJ", "digits": 6}
}
"""Name of the setting → what its JSON must be."""
