"""Papers of the tea shop as text, for the tests of papers and of printing."""

from dataclasses import replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from edge_shop import Shop

from commerce.reference import SettingRow
from device_drivers.paper.model import Paper
from edge_node.devices.papers import looks, making
from edge_node.devices.papers.looks import Width
from edge_node.devices.papers.source import Means
from edge_node.ledger import print_jobs, reference_local
from edge_node.ledger.node import load_node
from edge_node.ledger.print_jobs import PrintJob

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def with_key(shop: Shop) -> Shop:
    """Let the shop's log be signed by a key that the test has."""
    shop.conn.execute("UPDATE incarnations SET signing_key = ?", (KEY.public_key().public_bytes_raw(),))
    shop.node = load_node(shop.conn, shop.node.member_key)
    return shop


def setting(shop: Shop, **values: str) -> None:
    """Write settings, as JSON text."""
    for name, value in values.items():
        shop.write(reference_local.write_row, shop.node, SettingRow(name, value), "301", shop.now)
    shop.books.forget()


def last_job(shop: Shop, **changed: Any) -> PrintJob:
    """Return the newest job, changed as a test likes."""
    return print_jobs.recent(shop.conn, limit=1)[0]._replace(**changed)


def paper(shop: Shop, job: PrintJob | None = None, means: Means | None = None) -> Paper:
    """Make the paper of a job, the newest one by default."""
    job = job or last_job(shop)
    sheet = making.read(shop.conn, shop.node, shop.at().book, job, now=shop.now, means=means or Means())
    assert sheet is not None
    return sheet.paper()


def text(shop: Shop, job: PrintJob | None = None, means: Means | None = None, width: Width = looks.NARROW) -> list[str]:
    """Return a paper's lines."""
    return [line.rstrip() for line in looks.lines(paper(shop, job, means), width)]


def joined(shop: Shop) -> Shop:
    """Let the node be one of a chain as far as papers see."""
    shop.node = replace(shop.node, standalone=False)
    return shop
