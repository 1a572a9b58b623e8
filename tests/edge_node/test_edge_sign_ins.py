"""PINs and sign-ins: failures cost growing time and are committed; tokens end."""

import pytest
from edge_shop import MANAGER, Shop

from edge_node import limits
from edge_node.errors import AskPersonError, Code, MendInputError
from edge_node.ledger import reference_local, sign_ins
from edge_node.ledger.sign_ins import PinRefused, Staff
from edge_node.till.at import approved

PIN = "246810"


@pytest.fixture
def digest(shop: Shop) -> bytes:
    """Staff number 777 with a PIN; the digest of the right one."""
    row = reference_local.new_staff("777", "孙悦", ("shift_lead",), PIN, b"s" * 16)
    shop.write(reference_local.write_row, shop.node, row, "301", 1)
    return sign_ins.pin_digest(PIN, sign_ins.pin_salt(shop.conn, shop.node, "777"))


def _check(shop: Shop, digest: bytes, now: int, number: str = "777") -> Staff | PinRefused:
    return shop.write(sign_ins.check_pin, shop.node, number, digest, now)


def test_the_right_pin_tells_who_it_is(shop: Shop, digest: bytes):
    """Number, name and roles come back; nothing of the PIN is stored but a salted hash."""
    assert _check(shop, digest, 1) == Staff("777", "孙悦", ("shift_lead",))
    for table in ("reference", "entries"):
        column = "body" if table == "reference" else "entry"
        assert all(PIN.encode() not in row for (row,) in shop.rows(f"SELECT {column} FROM {table}"))


def test_failures_cost_growing_time(shop: Shop, digest: bytes):
    """After three failures each attempt waits twice as long, the right PIN too; a success forgets them."""
    wrong = bytes(32)
    for n in range(3):
        assert _check(shop, wrong, n) == PinRefused(Code.SIGN_IN_REFUSED, 0)
    assert _check(shop, wrong, 3) == PinRefused(Code.SIGN_IN_REFUSED, 5000)
    assert _check(shop, digest, 1003) == PinRefused(Code.PIN_LOCKED, 4000)
    assert _check(shop, wrong, 5003) == PinRefused(Code.SIGN_IN_REFUSED, 10000)
    assert isinstance(_check(shop, digest, 15003), Staff)
    assert shop.rows("SELECT * FROM pin_failures") == []


def test_the_delay_is_bounded_and_a_clock_set_back_does_not_lengthen_it(shop: Shop, digest: bytes):
    """Quarter of an hour at most, counted from now if the clock jumped back."""
    shop.conn.execute("INSERT INTO pin_failures VALUES ('777', 500, 10000000)")
    refused = _check(shop, digest, 5)
    assert refused == PinRefused(Code.PIN_LOCKED, limits.PIN_DELAY_CAP_MS)
    assert isinstance(refused, PinRefused)
    assert refused.error().evidence == {"retry_after_ms": limits.PIN_DELAY_CAP_MS}


def test_nobody_learns_who_exists(shop: Shop, digest: bytes):
    """An unknown number has a steady salt of its own and is refused like a wrong PIN."""
    salt = sign_ins.pin_salt(shop.conn, shop.node, "999")
    assert salt == sign_ins.pin_salt(shop.conn, shop.node, "999") != sign_ins.pin_salt(shop.conn, shop.node, "998")
    assert len(salt) == 16
    assert _check(shop, digest, 1, "999") == PinRefused(Code.SIGN_IN_REFUSED, 0)


def test_tokens_end(shop: Shop, digest: bytes):
    """A sign-in ends by sign-out, by a night's idleness, and when its holder is no staff any more."""
    who = _check(shop, digest, 1)
    shop.write(sign_ins.open_sign_in, shop.node, b"t" * 32, who, "T1", 1000)
    assert sign_ins.find_sign_in(shop.conn, shop.node, b"t" * 32, 2000) == (who, "T1")
    late = 2000 + limits.SIGN_IN_IDLE_MS
    assert sign_ins.find_sign_in(shop.conn, shop.node, b"t" * 32, late) is None
    shop.write(sign_ins.touch_sign_in, b"t" * 32, 2000)
    assert sign_ins.find_sign_in(shop.conn, shop.node, b"t" * 32, late) is not None
    shop.write(reference_local.remove_row, shop.node, "staff:777", "301", 1)
    assert sign_ins.find_sign_in(shop.conn, shop.node, b"t" * 32, 2000) is None
    shop.write(sign_ins.close_sign_in, b"t" * 32)
    assert shop.rows("SELECT * FROM sign_ins") == []


def test_a_new_pin_ends_the_sign_ins_of_the_old(shop: Shop, digest: bytes):
    """Whoever holds a token got by the old PIN is out; a row that changes no PIN, and other people's rows, end none."""
    who = _check(shop, digest, 1)
    tokens = [bytes([n]) * 32 for n in range(3)]
    for token, holder in zip(tokens, (who, who, MANAGER), strict=True):
        shop.write(sign_ins.open_sign_in, shop.node, token, holder, "T1", 1)

    def alive() -> list[bool]:
        return [sign_ins.find_sign_in(shop.conn, shop.node, token, 2) is not None for token in tokens]

    same = reference_local.new_staff("777", "孙悦悦", ("cashier",), PIN, b"s" * 16)
    shop.write(reference_local.write_row, shop.node, same, "301", 1)
    assert alive() == [True, True, True]
    other = reference_local.new_staff("777", "孙悦", ("cashier",), "135791", b"n" * 16)
    shop.write(reference_local.write_row, shop.node, other, "301", 1)
    assert alive() == [False, False, True]
    shop.write(sign_ins.keep_sign_in, shop.node, tokens[1], "777")
    assert alive() == [False, True, True]


def test_live_sign_ins_are_bounded(shop: Shop, monkeypatch: pytest.MonkeyPatch):
    """The longest unused go first."""
    monkeypatch.setattr(limits, "SIGN_INS", 2)
    for n in range(4):
        shop.write(sign_ins.open_sign_in, shop.node, bytes([n]) * 32, MANAGER, "T1", n)
    assert shop.rows("SELECT seen_at FROM sign_ins ORDER BY seen_at") == [(2,), (3,)]


def test_roles_include_each_other():
    """A manager may what a shift lead may; a cashier approves nothing."""
    assert MANAGER.may("cashier")
    assert not Staff("1", "甲", ("cashier",)).may("shift_lead")
    assert not Staff("1", "甲", ("janitor",)).may("cashier")
    with pytest.raises(AskPersonError) as caught:
        approved(Staff("1", "甲", ("cashier",)))
    assert caught.value.code is Code.ROLE_NEEDED


@pytest.mark.parametrize("pin", ["", "123", "1" * 13, "12a4", "１２３４", "12 34"])
def test_pins_are_digits_a_keypad_has(pin: str):
    """Too short, too long, or not plain digits: no PIN."""
    with pytest.raises(MendInputError) as caught:
        reference_local.new_staff("1", "甲", ("cashier",), pin, b"s" * 16)
    assert caught.value.code is Code.BAD_PIN


def test_a_changed_pin_keeps_name_and_roles(shop: Shop, digest: bytes):
    """Whoever changes a PIN cannot change what he may do by it."""
    who = _check(shop, digest, 1)
    changed = reference_local.new_staff("777", "老板", ("manager",), "135791", b"n" * 16)
    shop.write(reference_local.change_pin, shop.node, who, changed, 1)
    assert _check(shop, sign_ins.pin_digest("135791", b"n" * 16), 2) == Staff("777", "孙悦", ("shift_lead",))


def test_old_failures_are_forgotten(shop: Shop, digest: bytes):
    """Invented staff numbers do not fill the table: a day after the last failure a number has none."""
    for n in range(5):
        _check(shop, bytes(32), 1 + n, number=f"8{n}")
    assert len(shop.rows("SELECT * FROM pin_failures")) == 5
    _check(shop, bytes(32), 10 + limits.PIN_FAILURES_KEPT_MS)
    assert [number for number, *_ in shop.rows("SELECT staff FROM pin_failures")] == ["777"]
