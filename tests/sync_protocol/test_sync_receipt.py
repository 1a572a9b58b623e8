"""The signed code on papers: read by anybody, believed only with the right key."""

from base64 import b32decode, b32encode
from dataclasses import dataclass

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sync_protocol import limits, receipt, signed
from sync_protocol.errors import ProtocolError, RefusalCode, StopError
from sync_protocol.receipt import PREFIX, Receipt

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SALE = Receipt(b"c" * 16, "b001", b"i" * 16, 20_415, "sale", b"s" * 16, "2026-03-01", 12_850)


def test_a_code_is_read_and_checked() -> None:
    """What was signed comes back, and only with the key that signed it."""
    text = receipt.encode(SALE, KEY.sign)
    assert receipt.read(text) == SALE
    assert receipt.verify(text, KEY.public_key()) == SALE
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))
    with pytest.raises(StopError) as caught:
        receipt.verify(text, other.public_key())
    assert caught.value.code is RefusalCode.BAD_SIGNATURE


def test_the_form_is_fixed() -> None:
    """Codes on paper outlive programs: payload, label and letters are as docs/receipts.md says, from these bytes on."""
    text = receipt.encode(SALE, KEY.sign)
    statement = b32decode(text[3:] + "=" * (-len(text[3:]) % 8))
    payload, signature = statement[:-64], statement[-64:]
    assert payload.hex() == (
        "98" + "c410" + "63" * 16 + "a4" + b"b001".hex() + "c410" + "69" * 16 + "cd4fbf" + "a4" + b"sale".hex()
        + "c410" + "73" * 16 + "aa" + b"2026-03-01".hex() + "cd3232"
    )  # fmt: skip
    KEY.public_key().verify(signature, b"stayopen/1 receipt" + payload)
    assert text.startswith("SO1")
    assert 200 < len(text) <= 262, "QR version 9 at level M takes 262 of these characters"


def test_case_and_blanks_do_not_matter() -> None:
    """A keyboard scanner with Caps Lock and a newline gives the same code."""
    text = receipt.encode(SALE, KEY.sign)
    assert receipt.verify(f"  {text.lower()}\r\n", KEY.public_key()) == SALE


def test_each_changed_letter_is_noticed() -> None:
    """No letter of a code can be another one."""
    text = receipt.encode(SALE, KEY.sign)
    for place in range(len(text)):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(ProtocolError):
            receipt.verify(changed, KEY.public_key())


@dataclass
class Bad:
    """A text that is no code, and how it is refused."""

    text: str
    code: RefusalCode


@pytest.mark.parametrize(
    "bad",
    [
        Bad("", RefusalCode.MALFORMED),
        Bad("6901234567892", RefusalCode.MALFORMED),
        Bad(PREFIX, RefusalCode.TRUNCATED),
        Bad(PREFIX + "A" * 64, RefusalCode.TRUNCATED),
        Bad(PREFIX + "!" * 200, RefusalCode.MALFORMED),
        Bad(PREFIX + "A" * 200, RefusalCode.MALFORMED),
        Bad(PREFIX + "A" * limits.MAX_RECEIPT_TEXT, RefusalCode.TOO_LARGE),
        Bad(PREFIX + "中" * 200, RefusalCode.MALFORMED),
    ],
)
def test_what_is_no_code_is_refused(bad: Bad) -> None:
    """A barcode, half a code and noise are told from a code."""
    with pytest.raises(StopError) as caught:
        receipt.read(bad.text)
    assert caught.value.code is bad.code


def test_spare_bits_are_refused() -> None:
    """Base32 letters have bits to spare at the end; one code has one text."""
    text = receipt.encode(SALE, KEY.sign)
    spare = len(text[3:]) * 5 % 8
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".index(text[-1])
    assert spare, "the sample leaves bits over"
    with pytest.raises(StopError) as caught:
        receipt.read(text[:-1] + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[last ^ 1])
    assert caught.value.code is RefusalCode.NOT_CANONICAL


def test_another_statement_is_no_receipt() -> None:
    """What the node signed for something else is never a receipt."""
    payload = receipt.codec.encode(SALE)
    statement = signed.sign_statement(signed.LABEL_ACK, payload, KEY)
    with pytest.raises(StopError) as caught:
        receipt.verify(PREFIX + b32encode(statement).decode().rstrip("="), KEY.public_key())
    assert caught.value.code is RefusalCode.BAD_SIGNATURE


def test_what_is_out_of_bounds_is_not_signed() -> None:
    """A code that could not be read is not made."""
    with pytest.raises(StopError):
        receipt.encode(Receipt(b"c", "b001", b"i" * 16, 1, "sale", b"s" * 16, "2026-03-01", 1), KEY.sign)


@given(st.text(max_size=450))
def test_noise_never_breaks_the_reader(text: str) -> None:
    """Whatever a scanner sends is refused by a ProtocolError or read."""
    for scanned in (text, PREFIX + text):
        with pytest.raises(ProtocolError):
            receipt.verify(scanned, KEY.public_key())
