"""What card readers send, read; and that nothing of a bank card ever comes out."""

import pytest
from decoder_laws import NOISE, assert_bounded, assert_cut_anywhere, streams
from hypothesis import given
from hypothesis import strategies as st

from device_drivers import limits
from device_drivers.interfaces.device import CardToken
from device_drivers.protocols.bank_cards import bank_number, bank_track, luhn
from device_drivers.protocols.card_frames import Numbers, Packets, Texts
from device_drivers.protocols.card_numbers import FORMS, written
from device_drivers.protocols.magnetic import Refused, Swipes, check_character

# Test numbers that the schemes and payment services publish: never issued to anybody.
TEST_CARDS = {
    "银联": "6200000000000005",
    "银联 19": "6205500000000000004",
    "Visa": "4111111111111111",
    "Mastercard": "5555555555554444",
    "Mastercard 2": "2223003122003222",
    "American Express": "378282246310005",
    "Diners": "30569309025904",
    "JCB": "3530111333300000",
    "Discover": "6011111111111117",
    "Maestro": "6759649826438453",
}
SHOP = "8800123456"
SWIPES = [
    b"\x02%MEMBER 42?;8800123456=0?\r\x03",
    b";8800123456?\r",
    b"%B4111111111111111^ZHANG/SAN^2512101?;4111111111111111=2512101?\r\x03",
    b"%E?;E?\r\x03",
]
CHIPS = [b"04A224B2C33D80\r\n", b"\x0262E3086CED08\r\n\x03", b"0009334109\r", bytes.fromhex("020a0206008e6d5db003")]


def swiped(data, **how):
    """What a whole swipe says."""
    swipes = Swipes(**how)
    return [*swipes.feed(data), *swipes.pause()]


@pytest.mark.parametrize("number", TEST_CARDS.values(), ids=TEST_CARDS)
def test_bank_numbers_are_known(number):
    """Each scheme's test number is a bank's, and with its check digit wrong it is none."""
    assert luhn(number)
    assert bank_number(number)
    assert not bank_number(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize(
    "number", [SHOP, "", "0", "6920152414019", "1234567890123452", "8888888888888888", "411111111111", "41" * 12]
)
def test_a_shops_numbers_are_not_a_banks(number):
    """Numbers of other lengths and beginnings are a shop's, check digit or not."""
    assert not bank_number(number)


@pytest.mark.parametrize("number", TEST_CARDS.values(), ids=TEST_CARDS)
@pytest.mark.parametrize(
    "written_so",
    [
        "%B{}^ZHANG/SAN^2512101000000000?;{}=2512101000000?\r\x03",
        "%B{}^ZHANG/SAN^2512101000000000?\r\x03",
        ";{}=2512101000000?\r",
        ";{}?",
        "%{}?",
        "%E?;{}=2512101?",
        "+99{}=156?",
        "\x02;8800123456?+{}?\r\x03",
    ],
)
def test_a_bank_card_is_refused_whole(number, written_so):
    """Whichever track bears a bank's number: the swipe is refused, and no track of it comes out."""
    data = written_so.format(number, number).encode()
    for how in ({}, {"track": 1}, {"track": 2}, {"track": 3}, {"check": True}):
        if how == {"check": True}:
            data = data.replace(b"?", b"?:")
        assert swiped(data, **how) == [Refused.BANK_CARD]


def test_a_bank_card_with_a_number_of_no_scheme_is_known_by_its_form():
    """Number, name and expiry on track 1 are a bank card's, whatever the number; so are expiry and service code."""
    assert swiped(b"%B9999000011112222^LI/SI^2703?") == [Refused.BANK_CARD]
    assert swiped(b";6225000011112222=2703201?") == [Refused.BANK_CARD]
    assert swiped(b";6225000011112222=2713201?") == [CardToken("6225000011112222", "magnetic")]  # no such month


@given(st.sampled_from(list(TEST_CARDS.values())), st.data())
def test_no_cut_lets_a_bank_number_out(number, data):
    """However the line cuts and pauses, no reading holds more than eight digits of a bank card."""
    stream = f"\x02%B{number}^ZHANG/SAN^2512101?;{number}=2512101?\r\x03".encode()
    places = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=4)))
    swipes, said = Swipes(), []
    for start, end in zip([0, *places], [*places, len(stream)], strict=True):
        said += swipes.feed(stream[start:end])
        said += swipes.pause()
    assert all(one is Refused.BANK_CARD for one in said)


def test_a_repr_of_a_decoder_shows_no_digits():
    """What waits in a decoder does not stand in its repr, which may get into a log."""
    swipes, texts = Swipes(), Texts(Numbers())
    swipes.feed(b";8800123456")
    texts.feed(b"04A224B2")
    assert "8800" not in repr(swipes)
    assert "04A2" not in repr(texts)


@pytest.mark.parametrize(
    ("data", "how", "token"),
    [
        (b";8800123456?\r", {}, SHOP),
        (b";8800123456=4912?\r", {}, SHOP),
        (b"\x02%ZHANG SAN?;8800123456?\r\x03", {}, SHOP),  # MagTek MT-211232, figure 3-2
        (b"%VIP42?\r;8800123456?\r;77?\r", {}, SHOP),  # Omnitron: CR after each track, ";" for track 3 too
        (b"%VIP42?\r;8800123456?\r;77?\r", {"track": 1}, "VIP42"),
        (b"%VIP42?\r;8800123456?\r;77?\r", {"track": 3}, "77"),
        (b"%E?;8800123456?", {}, SHOP),
        (b"%B8800123456^VIP^?", {}, SHOP),
        (b"%VIP-42 ?;E?", {}, "VIP-42"),
        (b"+0042?", {}, "0042"),
        (b";8800123456?:\r", {"check": True}, SHOP),
        (b"noise;8800123456?", {}, SHOP),
    ],
)
def test_a_shops_card_gives_its_number(data, how, token):
    """Of all that stands on a card only the number field comes out."""
    if how.get("check"):
        data = data.replace(b":", check_character(";", SHOP).encode())
    assert swiped(data, **how) == [CardToken(token, "magnetic")]


@pytest.mark.parametrize(
    "data", [b"", b"\r", b"%E?;E?", b";?", b";88 00?", b";8800123456", b"8800123456?", b"%" + b"A" * 33 + b"?", b";;?"]
)
def test_what_has_no_number_gives_nothing(data):
    """Read errors, missing sentinels and fields that are too long give no card."""
    assert swiped(data) == []


def test_check_characters():
    """The check character as ISO/IEC 7811-6 makes it; a track that fails it is not used, the next one is."""
    # ';' 1011, '1' 0001, '2' 0010, '3' 0011, '?' 1111 → 0100 = '4'
    assert check_character(";", "123") == "4"
    # '%' 000101, 'A' 100001, '?' 011111 → 111011 = '['
    assert check_character("%", "A") == "["
    assert swiped(b";123?4", check=True) == [CardToken("123", "magnetic")]
    assert swiped(b";123?5", check=True) == []
    assert swiped(b"%A?[;123?5", check=True) == [CardToken("A", "magnetic")]


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ("sent", "01026F6C3A"),
        ("hex", "01026F6C3A"),
        ("8h10d", "0040856634"),
        ("6h8d", "07302202"),
        ("2h4h", "11127706"),
        ("4h4h", "0062327706"),
    ],
)
def test_printed_numbers(form, number):
    """The example of the reader makers' sheet, in each of its forms."""
    assert written(bytes.fromhex("01026f6c3a"), form) == number


@given(st.binary(max_size=40), st.sampled_from(FORMS))
def test_a_printed_number_is_short_or_none(uid, form):
    """No form writes more than a card's token may have, and none makes up digits that are not there."""
    number = written(uid, form)
    if number is None:
        assert len(uid) < 4 or len(uid) > 16
    else:
        assert 0 < len(number) <= limits.CARD_CHARS


@pytest.mark.parametrize(
    ("data", "make", "token"),
    [
        (b"04A224B2C33D80\r\n", lambda: Texts(Numbers()), "04A224B2C33D80"),
        (b"04 a2 24 b2\n", lambda: Texts(Numbers()), "04A224B2"),
        (b"\x0204:A2:24:B2\x03", lambda: Texts(Numbers()), "04A224B2"),
        (b"04A224B2\r", lambda: Texts(Numbers(reverse=True)), "B224A204"),
        (b"04A224B2\r", lambda: Texts(Numbers("8h10d")), "0077735090"),
        (b"B224A204\r", lambda: Texts(Numbers("8h10d", reverse=True)), "0077735090"),
        (b"0040856634\r\n", lambda: Texts(Numbers(), decimal=True), "0040856634"),
        (b"0040856634\r\n", lambda: Texts(Numbers("2h4h"), decimal=True), "11127706"),
        (b"0040856634\r\n", lambda: Texts(Numbers("hex"), decimal=True), "026F6C3A"),
        (b"111,27706\r\n", lambda: Texts(Numbers(), decimal=True), "11127706"),
        # Seeed 113020002 data sheet p. 3
        (b"\x0262E3086CED08\r\n\x03", lambda: Texts(Numbers("8h10d"), check=True), "3808980205"),
        # stored question "Arduino RFID checksum calculation": card 0013530444
        (
            bytes((2, 51, 67, 48, 48, 67, 69, 55, 53, 52, 67, 67, 66, 3)),
            lambda: Texts(Numbers("8h10d"), check=True),
            "0013530444",
        ),
        # the sheet of the EM4100 and Mifare reader: printed number 0009334109
        (bytes.fromhex("020a0206008e6d5db003"), lambda: Packets(Numbers("8h10d")), "0009334109"),
    ],
)
def test_a_chips_number(data, make, token):
    """Each frame gives the number that is printed on the card."""
    assert make().feed(data) == [CardToken(token, "nfc")]


@pytest.mark.parametrize(
    ("data", "make"),
    [
        (b"\r\n", lambda: Texts(Numbers())),
        (b"04A2\r", lambda: Texts(Numbers())),
        (b"04A224B\r", lambda: Texts(Numbers())),
        (b"04A224ZZ\r", lambda: Texts(Numbers())),
        (b"04" * 17 + b"\r", lambda: Texts(Numbers())),
        (b"0" * 1000 + b"\r", lambda: Texts(Numbers())),
        (b"123\r", lambda: Texts(Numbers(), decimal=True)),
        (b"04A224B2\r", lambda: Texts(Numbers(), decimal=True)),
        (b"\x0262E3086CED09\r\n\x03", lambda: Texts(Numbers(), check=True)),
        (bytes.fromhex("020a0206008e6d5db103"), lambda: Packets(Numbers())),
        (bytes.fromhex("020b0206008e6d5db103"), lambda: Packets(Numbers())),
    ],
)
def test_what_is_no_number_gives_nothing(data, make):
    """Too short, too long, other signs, a wrong check byte: no card; and the next one is read."""
    decoder = make()
    assert decoder.feed(data) == []


def test_a_number_without_an_end_is_ended_by_silence():
    """A reader that sends digits only is understood by its pause."""
    texts = Texts(Numbers())
    assert texts.feed(b"04A2") == texts.feed(b"24B2") == []
    assert texts.waiting
    assert texts.pause() == [CardToken("04A224B2", "nfc")]
    assert not texts.waiting


def test_a_bank_number_by_a_chip_reader_is_refused():
    """A reader that sends a bank card's number in digits gives nothing away either."""
    assert Texts(Numbers(), decimal=True).feed(b"6200000000000005\r") == [Refused.BANK_CARD]


def test_a_number_drawn_anew_each_time_is_refused():
    """A telephone's random number (08…, four bytes) names nothing; a longer or other number does."""
    chips = Texts(Numbers(), chips=True)
    assert chips.feed(b"08A1B2C3\r") == [Refused.RANDOM_UID]
    assert chips.feed(b"04A1B2C3\r08A1B2C3D4E5F6\r") == [
        CardToken("04A1B2C3", "nfc"),
        CardToken("08A1B2C3D4E5F6", "nfc"),
    ]


DECODERS = {
    "swipes": (lambda: Swipes(check=False), SWIPES),
    "checked": (lambda: Swipes(check=True), SWIPES),
    "hex": (lambda: Texts(Numbers()), CHIPS),
    "hex_check": (lambda: Texts(Numbers(), check=True), CHIPS),
    "decimal": (lambda: Texts(Numbers(), decimal=True), CHIPS),
    "packet": (lambda: Packets(Numbers()), CHIPS),
}
EACH = pytest.mark.parametrize(("make", "frames"), DECODERS.values(), ids=DECODERS)


@EACH
@given(data=st.data())
def test_cuts_change_nothing(make, frames, data):
    """Wherever the line cuts, the same cards come."""
    stream = data.draw(streams(frames))
    assert_cut_anywhere(make, stream, data.draw(st.lists(st.integers(0, 500), max_size=8)))


@EACH
@given(data=st.data())
def test_noise_costs_no_later_card(make, frames, data):
    """After noise and an end mark, a card is read as if nothing had been before."""
    frame = data.draw(st.sampled_from(frames))
    alone, after = make(), make()
    expected = [*alone.feed(frame), *alone.pause()]
    said = [*after.feed(data.draw(NOISE) + b"\r\x03" + frame), *after.pause()]
    assert said[len(said) - len(expected) :] == expected


@EACH
@given(chunk=st.binary(min_size=1, max_size=200))
def test_random_bytes_do_no_harm(make, frames, chunk):
    """Random bytes neither break a decoder nor fill the memory, and what they give is short."""
    assert_bounded(make(), chunk)
    decoder = make()
    for card in [*decoder.feed(chunk + b"\x03"), *decoder.pause()]:
        assert isinstance(card, Refused) or 0 < len(card.token) <= limits.CARD_CHARS


@given(st.text(alphabet="0123456789=^B/ ", max_size=60))
def test_judging_a_track_never_breaks(track):
    """Any text can be judged."""
    assert bank_track(track) in {True, False}
