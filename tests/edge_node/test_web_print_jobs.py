"""Papers over the API: what waits and why, asked for again, done without, and how they look."""

import base64
import io
import json

import pytest
from PIL import Image
from web_shop import Till, WebShop

from edge_node.devices.papers import templates
from edge_node.ledger import print_jobs

PRINTER = b"p" * 16


@pytest.fixture
async def till(web: WebShop) -> Till:
    """A shift lead with an open shift."""
    made = await web.till("2001")
    await made.open_shift()
    return made


async def _sell(till: Till) -> str:
    """Sell a milk tea; return the sale."""
    basket = await till.basket("naicha")
    paid = await till.do(f"POST /baskets/{basket}/checkout", {"tenders": [{"tender": "cash", "amount": 2000}]})
    return str(paid["sale"])


def _fail(web: WebShop, trouble: str) -> None:
    """Let the newest paper fail at a printer."""

    def work(conn) -> None:
        job = print_jobs.recent(conn)[0]
        conn.execute("UPDATE print_jobs SET drawer = 0 WHERE job = ?", (job.job,))
        assert print_jobs.claim(conn, PRINTER, ["t1"], web.time)
        print_jobs.failed(conn, job.job, web.time + 1000, trouble, begun=True)

    web.direct(work)


async def test_what_waits_and_why(web: WebShop, till: Till):
    """A paper in trouble tells its printer, its trouble in words, and that the next one is a repeat."""
    await _sell(till)
    await _sell(till)
    _fail(web, "paper_out")
    waiting = await till.get("/print-jobs")
    assert [job["trouble"] for job in waiting["jobs"]] == ["", "paper_out"]
    assert waiting["bad_templates"] == []
    (job,) = (await till.get("/print-jobs?list=trouble"))["jobs"]
    assert (job["kind"], job["state"], job["attempts"], job["unsure"]) == ("sale", "waiting", 1, True)
    assert (job["device"], job["next_at"]) == (PRINTER.hex(), web.time + 1000)
    assert job["told"]["message"] == "打印机缺纸。"
    page = await till.get("/print-jobs?list=recent&limit=1")
    assert (page["jobs"][0]["job"], page["next"]) == (job["job"], job["job"])
    rest = await till.get(f"/print-jobs?list=recent&before={page['next']}")
    assert (len(rest["jobs"]), rest["next"]) == (1, 0)
    assert (await till.get("/health"))["print_jobs_waiting"] == 2


async def test_asked_for_again_and_done_without(web: WebShop, till: Till):
    """Anybody may ask for a paper again, a shift lead may do without it; screens hear of both."""
    await _sell(till)
    _fail(web, "device_offline")
    job = (await till.get("/print-jobs"))["jobs"][0]["job"]
    cashier = await web.till("1001", "t2")
    screen = web.deps.notices.open("token")
    assert screen is not None
    again = await cashier.do(f"POST /print-jobs/{job}/retry")
    assert (again["state"], again["next_at"], again["attempts"]) == ("waiting", -1, 0)
    assert (await cashier.refused(f"POST /print-jobs/{job}/cancel", {}))[:2] == (403, "approval_needed")
    assert (await till.do(f"POST /print-jobs/{job}/cancel", {}))["state"] == "cancelled"
    assert (await till.refused(f"POST /print-jobs/{job}/cancel", {}))[:2] == (409, "print_job_done")
    assert (await till.refused("POST /print-jobs/99/retry"))[:2] == (404, "unknown_print_job")
    told = [await screen.next() for _ in range(2)]
    assert [(notice.kind, notice.data["state"]) for notice in told if notice] == [
        ("print", "waiting"),
        ("print", "cancelled"),
    ]


async def test_the_figures_so_far_on_paper(web: WebShop, till: Till):
    """A shift lead prints an X report; it waits like every paper."""
    await till.do("POST /shift/x/print", {})
    (job,) = (await till.get("/print-jobs"))["jobs"]
    assert (job["kind"], job["till"], job["state"]) == ("shift", "t1", "waiting")
    assert (await (await web.till("2001", "t2")).refused("POST /shift/x/print", {}))[1] == "shift_needed"


@pytest.mark.parametrize(("columns", "dots"), [(48, 576), (32, 384)])
async def test_a_receipt_on_a_screen(web: WebShop, till: Till, columns: int, dots: int):
    """A sale's receipt as a picture as wide as its paper, and as text; nothing is printed by it."""
    sale = await _sell(till)
    before = (await till.get("/print-jobs"))["jobs"]
    view = await till.get(f"/sales/{sale}/paper?columns={columns}")
    with Image.open(io.BytesIO(base64.b64decode(view["png"]))) as drawn:
        assert drawn.format == "PNG"
        assert drawn.width >= dots
    assert "珍珠奶茶" in view["lines"]
    assert max(len(line) for line in view["lines"]) <= columns
    assert (await till.get("/print-jobs"))["jobs"] == before
    assert (await till.ask("GET", f"/sales/{'0' * 32}/paper"))[0] == 404
    assert (await till.ask("GET", f"/sales/{sale}/paper?columns=40"))[0] == 400


async def test_a_template_is_tried(web: WebShop):
    """A manager sees a template with sample values and the chain's own name, or the line in which it is wrong."""
    manager = await web.till("3001")
    await manager.do("PUT /reference/settings/shop_name", {"value": '"好味道茶饮"'})
    own = {"kind": "sale", "template": "# {{shop}}\n{{#lines}}\n{{name}} | {{amount}}\n{{/lines}}"}
    status, view = await manager.ask("POST", "/papers/preview", own)
    assert status == 200
    assert view["lines"][0].strip() == "好味道茶饮"
    assert view["lines"][1] == "珍珠奶茶（大杯，少糖，去冰）               32.40"
    status, told = await manager.ask("POST", "/papers/preview", {"kind": "sale", "template": "一\n{{/x}}"})
    assert (status, told["code"], told["evidence"]["line"]) == (409, "bad_template", 2)
    for kind in templates.BUILT_IN:
        status, view = await manager.ask("POST", "/papers/preview", {"kind": kind, "language": "en"})
        assert status == (400 if kind == "test" else 200)
        assert kind == "test" or len(view["lines"]) > 10


async def test_a_bad_template_is_refused_or_told(web: WebShop):
    """Written here it is refused with its line; come from elsewhere, the list of papers tells it."""
    manager = await web.till("3001")
    bad = json.dumps("# {{shop}}\n{{#lines}}")
    refused = await manager.refused("PUT /reference/settings/receipt_sale", {"value": bad})
    assert refused == (409, "bad_template", {"line": 2, "reason": "unclosed_section"})
    await manager.do("PUT /reference/settings/receipt_sale", {"value": json.dumps("{{total}}")})

    def from_elsewhere(conn) -> None:
        (body,) = conn.execute("SELECT body FROM reference WHERE key = 'setting:receipt_sale'").fetchone()
        changed = bytes(body).replace(b"{{total}}", b"{{total}#")
        assert changed != body
        conn.execute("UPDATE reference SET body = ? WHERE key = 'setting:receipt_sale'", (changed,))

    web.direct(from_elsewhere)
    web.deps.books.forget()
    told = (await manager.get("/print-jobs"))["bad_templates"]
    assert told == [{"setting": "receipt_sale", "line": 1, "reason": "unclosed_tag"}]
