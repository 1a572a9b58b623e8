"""Signing in and out, PINs and their limits."""

from web_shop import PINS, WebShop

SIGN_IN = "/api/v1/sign-in"


async def _sign_in(web: WebShop, staff: str, pin: str, till: str = "t1") -> tuple[int, dict[str, object]]:
    async with web.client.post(SIGN_IN, json={"staff": staff, "pin": pin, "till": till}) as response:
        return response.status, await response.json()


async def test_signed_in_person_is_known(web: WebShop):
    """Who signed in is told by name, roles and till, until signing out."""
    till = await web.till("2001", "front-1")
    me = await till.get("/me")
    assert (me["staff"], me["name"], me["roles"], me["till"]) == ("2001", "张伟", ["shift_lead"], "front-1")
    assert (await till.ask("POST", "/sign-out"))[0] == 200
    assert (await till.ask("GET", "/me"))[0] == 401


async def test_wrong_pins_cost_time(web: WebShop):
    """Unknown numbers and wrong PINs are told alike; after a few failures even the right PIN has to wait."""
    for staff in ("1001", "8888"):
        for _ in range(3):
            status, answer = await _sign_in(web, staff, "0000")
            assert (status, answer["code"]) == (403, "sign_in_refused")
        status, answer = await _sign_in(web, staff, "0000")
        assert (status, answer["code"]) == (403, "sign_in_refused")
        status, answer = await _sign_in(web, staff, PINS.get(staff, "1111"))
        assert (status, answer["code"]) == (429, "pin_locked")
        assert answer["evidence"]["retry_after_ms"] > 0
    web.time += 10_000
    assert (await _sign_in(web, "1001", PINS["1001"]))[0] == 200


async def test_idle_sign_in_ends(web: WebShop):
    """A till left alone over night asks again."""
    till = await web.till()
    web.time += 17 * 3_600_000
    assert (await till.ask("GET", "/me"))[0] == 401


async def test_first_pin_is_changed_first(web: WebShop):
    """With a first PIN nothing but changing it is possible; then the new one opens everything, the old nothing."""
    till = await web.till("3002")
    assert (await till.get("/me"))["must_change_pin"] is True
    assert (await till.refused("POST /shift", {"day": "2025-11-22", "float": 0}))[1] == "pin_change_needed"
    assert (await till.refused("POST /me/pin", {"old": "4321", "new": "4321"}))[1] == "same_pin"
    assert (await till.refused("POST /me/pin", {"old": "9999", "new": "8642"}))[1] == "sign_in_refused"
    await till.do("POST /me/pin", {"old": "4321", "new": "8642"})
    await till.do("POST /shift", {"day": "2025-11-22", "float": 0})
    assert (await _sign_in(web, "3002", "4321"))[0] == 403
    assert (await _sign_in(web, "3002", "8642"))[0] == 200


async def test_changing_a_pin_ends_the_other_sign_ins(web: WebShop):
    """After a PIN was seen by somebody, changing it ends what was signed in by it; the screen that did it goes on."""
    seen, own, other = await web.till("1001", "t2"), await web.till("1001"), await web.till("2001", "t3")
    await own.do("POST /me/pin", {"old": PINS["1001"], "new": "8642"})
    assert [(await till.ask("GET", "/me"))[0] for till in (seen, own, other)] == [401, 200, 200]


async def test_chain_gives_pins(web: WebShop):
    """In a chain a first PIN is shown and bars nobody, and changing it here is told to be head office's business."""
    await web.enrol()
    till = await web.till("3002")
    assert (await till.get("/me"))["must_change_pin"] is True
    await till.do("POST /shift", {"day": "2025-11-22", "float": 0})
    assert (await till.refused("POST /me/pin", {"old": "4321", "new": "8642"}))[:2] == (403, "managed_by_hq")


async def test_tokens_are_stored_as_digests(web: WebShop):
    """The database holds no token, only its digest."""
    till = await web.till()
    rows = web.direct(lambda conn: conn.execute("SELECT token FROM sign_ins").fetchall())
    assert rows
    assert all(bytes.fromhex(till.token) != token and till.token.encode() != token for (token,) in rows)


async def test_odd_tokens_are_nobodys(web: WebShop):
    """Whatever is sent as a token that is none is answered as signed out."""
    for token in ("", "x", "0" * 64, "0" * 5000, "é", "' OR 1=1 --"):
        headers = {"Authorization": f"Bearer {token}"}
        async with web.client.get("/api/v1/me", headers=headers) as response:
            assert response.status == 401
