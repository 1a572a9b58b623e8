"""What a replay found: its figures, and whether the books of HQ, of every branch and of the households agree."""

import resource
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from commerce.clearing import Row, net_positions
from edge_node.ledger.verify import verify as verify_branch
from hq_server.analysis import follow
from hq_server.core.verify_all import verify_all
from hq_server.reconcile.verify import Report
from hq_server.storage.database import open_connection, transaction
from stayopen.replay.chain import Chain
from stayopen.replay.shopping import Payments, Shopping

_CONSUMED = "spent - refunded + paid_out + withdrawn + expired"


def overspent_lots(chain: Chain) -> int:
    """Count lots of which more was used than was issued, or whose exposure is not zero."""
    query = f"SELECT count(*) FROM lots WHERE exposure <> 0 OR {_CONSUMED} > issued"  # noqa: S608  a constant
    (count,) = chain.conn.execute(query).fetchone()
    return int(count)


def clearing_total(chain: Chain) -> int:
    """Add up the net positions of all branches and HQ: zero, or the matrix is wrong."""
    rows = chain.conn.execute("SELECT debtor, creditor, col, sum(amount) FROM clearing_rows GROUP BY 1, 2, 3")
    return sum(net_positions([Row(*row) for row in rows.fetchall()]).values())


def verify(chain: Chain, shopping: Shopping) -> dict[str, Any]:
    """Verify HQ and every branch, and compare HQ's books with what the households themselves counted."""
    # HQ's file is verified by a second process meanwhile: the machine has two cores
    with ProcessPoolExecutor(1, get_context("spawn")) as second:
        hq = second.submit(_verify_hq_file, chain.path)
        found = {name: verify_branch(line.branch.conn) for name, line in chain.lines.items()}
        report = hq.result()
    violations = [f"HQ: {text}" for text in report.violations]
    violations += [f"{name}: {text}" for name, branch in found.items() for text in branch.violations]
    lots, entries = report.lots, report.entries + sum(branch.entries for branch in found.values())
    violations += _households(chain, shopping)
    return {"ok": not violations, "lots": lots, "entries": entries, "violations": violations}


def _verify_hq_file(path: Path) -> Report:
    """Verify HQ's ledger and all that lists and reports read, from its file, with a connection of its own."""
    conn = open_connection(path)
    try:
        with transaction(conn):
            while follow.step(conn):
                pass
        return verify_all(conn)
    finally:
        conn.close()


def _households(chain: Chain, shopping: Shopping) -> list[str]:
    """Compare each household's own count with what HQ says is left of its lots."""
    query = (
        f"SELECT owner, sum(issued + exposure - ({_CONSUMED})) FROM lots"  # noqa: S608  a constant
        " WHERE asset IN ('principal', 'bonus') GROUP BY owner"
    )
    left = dict(chain.conn.execute(query).fetchall())
    return [
        f"household {number}: has {household.value}, HQ says {left.get(household.member, 0)}"
        for number, household in shopping.households.items()
        if left.get(household.member, 0) != household.value
    ]


def _payments(payments: Payments) -> dict[str, int]:
    """Figures of one kind of payments."""
    return {
        "attempted": payments.attempted,
        "approved": payments.approved,
        "refused": payments.attempted - payments.approved,
        "after_top_up": payments.after_top_up,
    }


def figures(chain: Chain, shopping: Shopping, seconds: float, outages: int) -> dict[str, Any]:
    """Collect the figures of a finished run; `seconds`: wall-clock time of selling and syncing."""
    tally = shopping.tally
    (entries,) = chain.conn.execute("SELECT sum(acked_seq) FROM incarnations WHERE state <> 'hq'").fetchone()
    wire = chain.traffic.up + chain.traffic.down
    return {
        "baskets": tally.baskets,
        "households": len(shopping.households),
        "branches": len(chain.lines),
        "outages": outages,
        "top_ups": tally.top_ups,
        "rights_requests": {"asked": tally.requests, "granted": tally.granted},
        "offline": _payments(tally.offline),
        "online": _payments(tally.online),
        "overspent_lots": overspent_lots(chain),
        "clearing_total": clearing_total(chain),
        "wire_bytes_per_sale": round(wire / max(1, tally.baskets)),
        "wire_bytes_up_per_sale": round(chain.traffic.up / max(1, tally.baskets)),
        "entries": entries,
        "entries_per_second": round(entries / max(seconds, 0.001)),
        "seconds": round(seconds, 1),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }
