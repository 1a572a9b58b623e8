"""The story ``outage``: one branch loses its line, sells on within its rights, comes back; HQ settles to the cent."""

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from edge_node.runtime import now_ms
from stayopen import seed
from stayopen.demo import limits
from stayopen.demo.chain import Chain
from stayopen.demo.client import Json, RefusedError, Till
from stayopen.demo.till_acts import (
    STORED_VALUE,
    ask_rights,
    check_out,
    fill_basket,
    find_member,
    here,
    open_shift,
    pay,
    sell,
    top_up,
)
from stayopen.demo.waiting import until

STAYS, DARK, OTHER = (branch for branch, _ in seed.BRANCHES)
"""Where 张伟 tops up; the branch that loses its line; where both spend what was paid in elsewhere."""

_ZHANG, _YANG = "13800010001", "13800010004"

_ITEMS = {row.name: row.item for row in seed.products()}


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. ``amount``, ``left``: minor units; ``left``: what the member can use there, None: -."""

    branch: str
    what: str
    english: str
    amount: int | None = None
    left: int | None = None


class StoryError(Exception):
    """The story went otherwise than it must."""


class _Story:
    """The three tills, the two members, and what happened so far."""

    def __init__(self, chain: Chain, tell: Callable[[Step], None] | None) -> None:
        self.chain = chain
        self.steps: list[Step] = []
        self._tell = tell
        self._tills: dict[str, Till] = {}
        self._members: dict[str, str] = {}

    async def open(self) -> None:
        """Sign in and open a shift everywhere."""
        day = seed.business_day(now_ms())
        for branch, _ in seed.BRANCHES:
            self._tills[branch] = till = await self.chain.till(branch, "till-1")
            await open_shift(till, day)
        for phone in (_ZHANG, _YANG):
            self._members[phone] = await find_member(self._tills[STAYS], phone)

    async def buy(self, branch: str, goods: dict[str, int], who: str, said: tuple[str, str]) -> None:
        """Sell goods, to a member for stored value, or to a walk-in for cash (`who` "")."""
        till = self._tills[branch]
        items = {_ITEMS[name]: pieces for name, pieces in goods.items()}
        if who:
            done = await sell(till, items, STORED_VALUE, self._members[who])
        else:
            done = await sell(till, items)
        await self.note(branch, said, done["total"], who)

    async def pay_in(self, branch: str, who: str, amount: int, rule: str, said: tuple[str, str]) -> None:
        """Top a member up."""
        await top_up(self._tills[branch], self._members[who], amount, rule)
        await self.note(branch, said, amount, who)

    async def ask(self, branch: str, who: str, amount: int, said: tuple[str, str]) -> None:
        """Ask HQ for rights that lie in other branches; a chain that has them must give them."""
        answer = await ask_rights(self._tills[branch], self._members[who], amount)
        if answer["state"] != "granted":
            message = f"HQ answered {answer['state']} {answer['code']}"
            raise StoryError(message)
        await self.note(branch, said, amount, who)

    async def overreach(self, branch: str, who: str, goods: dict[str, int], said: tuple[str, str]) -> None:
        """Try to pay more than this branch may use: refused, with what is available, and the basket is dropped."""
        till = self._tills[branch]
        usable = await self.usable(branch, who)
        basket = await fill_basket(till, {_ITEMS[name]: n for name, n in goods.items()}, self._members[who])
        try:
            await check_out(till, basket["basket"], pay(STORED_VALUE, basket["total"]))
        except RefusedError as refusal:
            if refusal.code != "stored_value_short" or refusal.evidence["available"] != usable:
                message = f"refused otherwise than expected: {refusal.code} {refusal.evidence}, usable {usable}"
                raise StoryError(message) from None
        else:
            message = "a branch without rights has sold"
            raise StoryError(message)
        await till.act(f"DELETE /baskets/{basket['basket']}")
        await self.note(branch, said, basket["total"], who)

    async def usable(self, branch: str, who: str) -> int:
        """Return what a member can spend in a branch now, minor units."""
        assets = await here(self._tills[branch], self._members[who])
        return assets.get("principal", 0) + assets.get("bonus", 0)

    async def note(self, branch: str, said: tuple[str, str], amount: int | None = None, who: str = "") -> None:
        """Add a step and tell it."""
        left = await self.usable(branch, who) if who else None
        step = Step(branch, *said, amount, left)
        self.steps.append(step)
        if self._tell is not None:
            self._tell(step)


async def play(chain: Chain, tell: Callable[[Step], None] | None) -> dict[str, Any]:
    """Play it on a fresh chain that is up; return the steps, the clearing matrix, the checks and whether all is ok.

    StoryError, TooLateError or RefusedError when something goes otherwise than it must.
    """
    story = _Story(chain, tell)
    await story.open()
    await _before(story)
    await _outage(story)
    seconds = await _back(story)
    matrix = await chain.office.get("/periods/0/matrix")
    checks = await chain.verify()
    conserved = all(check["ok"] for check in checks.values())
    balanced = sum(matrix["net"].values()) == 0 and bool(matrix["cells"])
    return {
        "ok": conserved and balanced,
        "steps": [asdict(step) for step in story.steps],
        "seconds_to_equal": round(seconds, 2),
        "matrix": matrix["cells"],
        "net": matrix["net"],
        "net_total": sum(matrix["net"].values()),
        "verify": checks,
        "conservation": "ok" if conserved else "violated",
    }


async def _before(story: _Story) -> None:
    """An ordinary morning: everybody sells."""
    for branch, _ in seed.BRANCHES:
        await story.buy(branch, {"肉包子": 2, "农夫山泉 550ml": 1}, "", ("散客现金购买早餐", "walk-in, cash"))
    await story.pay_in(STAYS, _ZHANG, 50_000, "c500", ("张伟充 500 送 80", "tops up 500, bonus 80"))
    await story.buy(STAYS, {"美式咖啡": 1, "三明治 火腿": 1}, _ZHANG, ("张伟用储值消费", "pays by stored value"))


async def _outage(story: _Story) -> None:
    """The line of one branch is cut; nobody stops selling."""
    chain = story.chain
    chain.relays[DARK].cut()
    await until(lambda: _is_dark(chain), f"{DARK} knows that its line is down")
    await story.note(DARK, ("断线", "the line is down"))
    await story.buy(DARK, {"关东煮 丸子": 3}, "", ("散客现金购买，不受影响", "walk-in, cash, as ever"))
    await story.pay_in(DARK, _YANG, 30_000, "c100", ("杨秀英离线充 300 送 10", "tops up 300 offline, bonus 10"))
    await story.buy(DARK, {"拿铁咖啡": 2}, _YANG, ("杨秀英离线用储值消费", "spends there offline"))
    await story.ask(OTHER, _ZHANG, 6_000, ("向总部申请张伟的额度", "asks HQ for rights"))
    await story.buy(OTHER, {"自热火锅": 2}, _ZHANG, ("张伟异店消费", "spends in another branch"))
    await story.overreach(DARK, _YANG, {"海飞丝洗发水": 8}, ("杨秀英超额：拒绝，并告知可用", "too much: refused"))


async def _back(story: _Story) -> float:
    """The line returns: HQ reconciles; then what was paid in offline is good everywhere. Return seconds to equality."""
    chain, loop = story.chain, asyncio.get_running_loop()
    began = loop.time()
    chain.relays[DARK].restore()
    await chain.settled(seconds=limits.SETTLE)
    seconds = loop.time() - began
    await story.note(DARK, (f"恢复连线，{seconds:.1f} 秒后与总部一致", f"back; equal to HQ after {seconds:.1f} s"))
    await story.ask(OTHER, _YANG, 5_000, ("向总部申请杨秀英的额度", "asks HQ for rights"))
    await story.buy(OTHER, {"抹茶拿铁": 2}, _YANG, ("杨秀英异店消费离线充值的钱", "spends what was paid in offline"))
    await chain.settled(seconds=limits.SETTLE)
    return seconds


async def _is_dark(chain: Chain) -> Json | None:
    health = await chain.boxes[DARK].health()
    return health if health is not None and not health["link"]["connected"] else None
