"""What the demo prints: where to look, each step, the clearing matrix. Chinese first, with English."""

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stayopen import seed
from stayopen.demo.chain import Chain
from stayopen.demo.outage import Step
from stayopen.demo.people import CASHIERS, LEAD, MANAGER, OFFICE, PASSWORD

_NAMES = {"HQ": "总部", **dict(seed.BRANCHES)}


def where(chain: Chain, papers: Mapping[str, Path]) -> str:
    """Say where everything is, and with which sign-in; `papers`: box → where its printer keeps receipts."""
    lines = [
        "",
        f"总部 head office   {chain.console_url}",
        f"    登录 sign in   {OFFICE[0]} 或 or {OFFICE[1]} / {PASSWORD}",
        f"    接口 API       {chain.office_url}    接口 OpenAPI   {chain.office_url}/openapi.json",
    ]
    for box in chain.boxes.values():
        lines += [
            f"{box.branch} {box.branch_name}   收银 till {box.url.removesuffix('api/v1')}    接口 API {box.url}",
            f"    接口 OpenAPI   {box.url}/openapi.json    状态 health   {box.url}/health",
            f"    小票 receipts  {papers[box.name]}    客显 display   {box.url.removesuffix('api/v1')}display",
        ]
    roles = zip(("收银员 cashier", "值班长 shift lead", "店长 manager"), (CASHIERS[0], LEAD, MANAGER), strict=True)
    staff = " · ".join(f"{role} {number}" for role, (number, _) in roles)
    first = chain.boxes[seed.BRANCHES[0][0]]
    body = f'{{"staff":"{CASHIERS[0][0]}","pin":"{seed.PIN}","till":"till-1"}}'
    lines += [
        f"各店登录 every till   POST /sign-in   {staff}   密码 PIN {seed.PIN}",
        f"    curl -s {first.url}/sign-in -H 'Content-Type: application/json' -d '{body}'",
        f"会员手机 members   13800010001 … 13800010012    数据 data   {chain.folder.path}",
        (
            "付款码 payment codes  微信、支付宝为模拟 simulated: 尾号 ending …01 稍后到账 later · …02 拒付 refused"
            " · …03 无应答 silent · 其他 others 即付 at once"
        ),
        "按 Ctrl-C 结束 · Ctrl-C ends it",
    ]
    return "\n".join(lines)


def step(told: Step) -> None:
    """Print one step of a story as a row."""
    print(
        f"{told.branch} {_wide(_NAMES[told.branch], 10)} {_wide(told.what, 30)} {told.english:<32}"
        f" {_money(told.amount):>9}   {'可用 usable ' + _money(told.left) if told.left is not None else ''}".rstrip(),
        flush=True,
    )


def result(told: dict[str, Any]) -> str:
    """Put the end of a story together: matrix, net positions, checks."""
    lines = ["", "清算 clearing (谁欠谁 who owes whom)"]
    lines += [
        f"    {_named(cell['debtor'])} → {_named(cell['creditor'])} {cell['column']:<10} {_money(cell['amount']):>9}"
        for cell in told["matrix"]
    ]
    lines.append("净额 net positions")
    lines += [f"    {_named(entity)} {_money(amount):>23}" for entity, amount in told["net"].items()]
    lines.append(f"    {_wide('合计 total', 17)} {_money(told['net_total']):>23}")
    lines.append("核对 verify")
    for name, check in told["verify"].items():
        lines.append(
            f"    {name}: {'ok' if check['ok'] else 'NOT OK'}, {check['lots']} lots, {check['entries']} entries"
        )
        lines += [f"        {violation}" for violation in check["violations"]]
    lines.append(f"conservation: {told['conservation']}")
    return "\n".join(lines)


def _money(amount: int | None) -> str:
    """Minor units as yuan; nothing for nothing."""
    if amount is None:
        return ""
    return f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02}"


def _named(entity: str) -> str:
    return f"{entity:<5} {_wide(_NAMES.get(entity, entity), 11)}"


def _wide(text: str, columns: int) -> str:
    """Pad to so many columns of a terminal, where a Chinese character takes two."""
    width = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(0, columns - width)
