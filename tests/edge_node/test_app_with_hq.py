"""Two branches and the real HQ in one process, over real TLS: value goes to where it is asked for, and all agree."""

from hq_beside import CASH, agree, all_sent, branch, hq, open_till, pay, until

from hq_server.app import HqApp

__all__ = ["hq"]


async def test_topped_up_here_spent_there(tmp_path, capsys, hq: HqApp):
    """A member registers and tops up in one branch and spends in another by asking HQ; nobody's books disagree."""
    one, two = [await branch(tmp_path, capsys, hq, name) for name in ("b001", "b002")]
    async with one, two:
        here, there = await open_till(one), await open_till(two)
        new = {"name": "林晓燕", "phone": "13912345678"}
        member = (await here.do("POST /members", new))["member"]
        await here.do(f"POST /members/{member}/top-ups", {"amount": 20_000, "tenders": pay(CASH, 20_000), "rule": ""})

        async def known():
            return bool((await there.get("/members?phone=13912345678"))["members"])

        await until(known)

        async def granted():
            # HQ may know the member before it knows the top-up: a cashier who is refused asks again
            wish = {"member": member, "amount": 5_000, "deadline_ms": 10_000}
            return (await there.do("POST /rights-requests", wish))["state"] == "granted"

        await until(granted)
        sale = {"amount": 5_000, "tenders": pay("stored_value", 5_000), "member": member}
        assert (await there.do("POST /quick-sales", sale))["total"] == 5_000

        await all_sent(one, two)
    await agree(tmp_path, capsys, hq, one, two)
