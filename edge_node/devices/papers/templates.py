"""The template of a paper: the chain's own where it can be read, else the built-in one of its language."""

import logging
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from device_drivers.errors import StopError
from device_drivers.paper import template
from device_drivers.paper.template import Template
from edge_node.ledger import settings
from edge_node.ledger.paper_settings import KINDS, Language, PaperSettings

_LOG = logging.getLogger("stayopen.edge")

BUILT_IN = (*KINDS, "test")
"""Kinds with a built-in template in each language."""


class Fault(NamedTuple):
    """A template of the chain that cannot be read: the setting, the line (from 1) and why."""

    setting: str
    line: int
    reason: str


@cache
def built_in(kind: str, language: Language) -> Template:
    """Return a built-in template."""
    return template.parse(text(kind, language))


def text(kind: str, language: Language) -> str:
    """Return a built-in template's text: what a shop's own may start from."""
    return (files(__package__) / "templates" / f"{kind}.{language}.txt").read_text(encoding="utf-8")


def chosen(papers: PaperSettings, kind: str) -> Template:
    """Return the template of a kind; a bad one of the chain costs its own looks and is told in the log, once."""
    own = papers.template(kind)
    found = _read(kind, own) if own else None
    if isinstance(found, Template):
        return found
    if found is not None:
        _tell(found)
    return built_in(kind, papers.language)


def faults(papers: PaperSettings) -> tuple[Fault, ...]:
    """List the chain's templates that cannot be read."""
    read = (_read(kind, papers.template(kind)) for kind in KINDS if papers.template(kind))
    return tuple(found for found in read if isinstance(found, Fault))


def faults_of(name: str, value: str) -> tuple[Fault, ...]:
    """List what is wrong with a setting that is about to be written; () for one that is no template."""
    changed = settings.parse_one(settings.DEFAULTS, name, value)
    return () if changed is None else faults(changed.papers)


@lru_cache(maxsize=16)
def _read(kind: str, own: str) -> Template | Fault:
    try:
        return template.parse(own)
    except StopError as error:
        line, reason = error.evidence.get("line", 0), error.evidence.get("reason", "")
        return Fault(f"receipt_{kind}", line if isinstance(line, int) else 0, str(reason))


@lru_cache(maxsize=16)
def _tell(fault: Fault) -> None:
    """Tell a fault in the log, once and not with each paper."""
    _LOG.warning("bad template setting=%s line=%d reason=%s", *fault)
