"""What scales send, read: frames as the manuals print them, and the laws of every decoder."""

import pytest
from decoder_laws import NOISE, assert_bounded, assert_cut_anywhere, assert_reads_after, streams
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.errors import Code
from device_drivers.protocols.acs import AclasStream, DahuaStream
from device_drivers.protocols.cas import CasDialogue, CasLines, Ready
from device_drivers.protocols.indication import Indication, grams
from device_drivers.protocols.steady import Steady
from device_drivers.protocols.toledo8217 import Toledo8217
from device_drivers.protocols.toledo_continuous import ToledoContinuous

OVER, UNDER = Code.OVERWEIGHT, Code.UNDER_ZERO

# METTLER TOLEDO DIVA Service Manual 72191202, 6.1.4.2 (answers to W) and 6.1.4.3 (status byte).
DIVA = [
    (b"\x0201.234\r", Indication(1234, stable=True, net=False)),
    (b"\x0214.995N\r", Indication(14995, stable=True, net=True)),
    (b"\x02?A\r", Indication(None, stable=False, net=False)),  # 100 0001: in motion
    (b"\x02?B\r", Indication(None, stable=True, net=False, fault=OVER)),  # 100 0010
    (b"\x02?d\r", Indication(None, stable=True, net=True, fault=UNDER)),  # 110 0100
    (b"\x02?P\r", Indication(None, stable=True, net=False)),  # 101 0000: at zero
    (bytes.fromhex("8230b12eb233b48d"), Indication(1234, stable=True, net=False)),  # the same with even parity left on
]
# CAS AP-1 protocol: SOH STX STA SIGN C4 C3 . C2 C1 C0 k g BCC ETX EOT; the check characters are worked out by hand.
CAS = [
    (bytes.fromhex("010253 20 30312e323334 6b67 65 0304"), Indication(1234, stable=True)),
    (bytes.fromhex("010255 20 30312e323334 6b67 63 0304"), Indication(1234, stable=False)),
    (bytes.fromhex("010253 2d 30302e303530 6b67 69 0304"), Indication(-50, stable=True)),
    (bytes.fromhex("010253 46 30302e303030 6b67 07 0304"), Indication(None, stable=True, fault=OVER)),  # Ohaus p. 36
    (bytes.fromhex("010246 20 30302e303030 6b67 74 0304"), Indication(None, stable=True, fault=OVER)),  # Gram p. 42
    (bytes.fromhex("010253 20 20312e323030 534a 67 0304"), Indication(600, stable=True)),  # 市斤
    (bytes.fromhex("010253 20 30312e323334 6b67 66 0304"), Indication(1234, stable=True)),  # 顶尖: SOH and STX counted
    (b"\x06", Ready.YES),
    (b"\x15", Ready.NO),
]
# CAS CI-600D manual, 10-1 (22 bytes) and 10-3 (18 bytes).
CAS_LINES = [
    (b"ST,NT,1\xc2,000013.5 kg\r\n", Indication(13500, stable=True, net=True)),
    (b"US,GS,1\x84,+001.234 kg\r\n", Indication(1234, stable=False, net=False)),
    (b"ST,GS,+0001.234kg\r\n", Indication(1234, stable=True, net=False)),
    (b"ST,NT,-00.120kg\r\n", Indication(-120, stable=True, net=True)),
    (b"ST,GS,+  123.456  g\r\n", Indication(123, stable=True, net=False)),
    (b"OL,GS,+              \r\n", Indication(None, stable=True, net=False, fault=OVER)),
    (b"OL,GS,-              \r\n", Indication(None, stable=True, net=False, fault=UNDER)),
]
# Pinnacle OS2CX manual, 13: the frame above and a byte of flags; bit 4 zero, 5 tared, 6 out of range.
ACLAS = [
    (bytes.fromhex("010253 20 30312e323334 6b67 66 0304 00"), Indication(1234, stable=True, net=False)),
    (bytes.fromhex("010255 20 30312e323334 6b67 60 0304 20"), Indication(1234, stable=False, net=True)),
    (bytes.fromhex("010246 20 30302e303030 6b67 77 0304 40"), Indication(None, stable=True, net=False, fault=OVER)),
    (bytes.fromhex("010253 20 30302e303030 6b67 62 0304 40"), Indication(None, stable=True, net=False, fault=OVER)),
]
DAHUA = [
    (b"\r01234\n", Indication(1234, stable=True)),
    (b"\r   12\n", Indication(12, stable=True)),
    (b"\n-   12\r", Indication(-12, stable=True)),
]
# IND445 manual 5.2: STX A B C weight tare CR checksum; worked out by hand.
TOLEDO = [
    (bytes.fromhex("022d3120") + b"  1234   100\r\x78", Indication(1234, stable=True, net=True, tare=100)),
    (bytes.fromhex("022d3820") + b"  1234     0\r\x12", Indication(1234, stable=False, net=False, tare=0)),
    (bytes.fromhex("022d3221") + b"    12     0\r\x3e", Indication(0, stable=True, net=False, tare=0)),  # -0.012 g
    (bytes.fromhex("022d3420") + b"     0     0\r\x50", Indication(None, stable=True, net=False, tare=0, fault=OVER)),
    (bytes.fromhex("022d3620") + b"     0     0\r\x4e", Indication(None, stable=True, net=False, tare=0, fault=UNDER)),
]
DECODERS = [
    (Toledo8217, DIVA),
    (CasDialogue, CAS),
    (CasLines, CAS_LINES),
    (AclasStream, ACLAS),
    (DahuaStream, DAHUA),
    (ToledoContinuous, TOLEDO),
]
EACH = pytest.mark.parametrize(("make", "golden"), DECODERS, ids=[make.__name__ for make, _ in DECODERS])


@pytest.mark.parametrize(("make", "frame", "says"), [(make, *one) for make, golden in DECODERS for one in golden])
def test_a_frame_of_the_manual_says_what_the_manual_says(make, frame, says):
    """Each frame as printed in its manual is read as the manual explains it."""
    assert make().feed(frame) == [says]


@EACH
@given(data=st.data())
def test_cuts_change_nothing(make, golden, data):
    """Wherever the line cuts a stream of frames, halves and noise, the same readings come."""
    stream = data.draw(streams([frame for frame, _ in golden]))
    assert_cut_anywhere(make, stream, data.draw(st.lists(st.integers(0, 500), max_size=8)))


@EACH
@given(data=st.data())
def test_noise_costs_no_later_frame(make, golden, data):
    """A whole frame is read whatever came before it."""
    frames = [frame for frame, says in golden if isinstance(says, Indication)]
    assert_reads_after(make, data.draw(NOISE), data.draw(st.sampled_from(frames)))


@EACH
@given(data=st.data())
def test_random_bytes_do_no_harm(make, golden, data):
    """Random bytes neither break a decoder nor make it keep more than a frame."""
    assert_bounded(make(), data.draw(st.binary(min_size=1, max_size=200)))


@EACH
def test_a_flipped_bit_never_makes_another_weight(make, golden):
    """Where there is a check character, no wrong bit makes another weight."""
    if make not in {CasDialogue, AclasStream, ToledoContinuous}:
        return
    for frame, says in golden:
        if isinstance(says, Ready) or says.grams is None:
            continue
        end = len(frame) - (1 if make is AclasStream else 0)
        for bit in range(8 * end):
            damaged = bytearray(frame)
            damaged[bit // 8] ^= 1 << bit % 8
            read = [one for one in make().feed(bytes(damaged)) if isinstance(one, Indication)]
            assert read == [] or (make is ToledoContinuous and read == [says]), bit  # parity bits do not count there


def test_a_check_character_that_looks_like_an_answer_is_none():
    """A BCC of 06 or 15 within a frame is not taken for ACK or NAK."""
    frame = bytes.fromhex("010253 46 30302e303031 6b67 06 0304")
    assert CasDialogue().feed(frame) == [Indication(None, stable=True, fault=OVER)]
    assert CasDialogue().feed(frame + b"\x06") == [Indication(None, stable=True, fault=OVER), Ready.YES]


def test_toledo_continuous_without_checksum_is_read_by_the_next_frame():
    """Where the scale sends no checksum, a frame counts when the next one follows at once."""
    frame = bytes.fromhex("022d3120") + b"  1234   100\r"
    says = Indication(1234, stable=True, net=True, tare=100)
    assert ToledoContinuous().feed(frame * 3) == [says, says]
    assert ToledoContinuous().feed(frame + b"X") == []


@pytest.mark.parametrize(
    ("point", "says"),
    [(0, 123_400_000), (1, 12_340_000), (2, 1_234_000), (3, 123_400), (4, 12_340), (5, 1234), (6, 123), (7, 12)],
)
def test_toledo_continuous_points(point, says):
    """Status word A says where the decimal point is, from two zeros behind to five decimals."""
    frame = bytes((0x02, 0x28 | point, 0x30, 0x20)) + b"  1234     0\r\x02"
    assert [one.grams for one in ToledoContinuous().feed(frame)] == [says]


def test_a_8217_in_pounds_is_read_in_grams():
    """A scale set to pounds is read so when its option says so: the protocol does not."""
    assert Toledo8217("lb").feed(b"\x02002.50\r") == [Indication(1134, stable=True, net=False)]


@pytest.mark.parametrize(
    ("number", "unit", "says"),
    [
        ("1.234", "kg", 1234),
        ("01.2345", "kg", 1235),
        ("01.2344", "kg", 1234),
        ("0.0005", "kg", 1),
        ("1.200", "SJ", 600),
        ("2", "jin", 1000),
        ("1", "lb", 454),
        ("16", "oz", 454),
        ("100", "lb", 45359),
        (".5", "kg", 500),
        ("5.", "kg", 5000),
        ("", "kg", None),
        (".", "kg", None),
        ("1,5", "kg", None),
        ("-1", "kg", None),
        ("١", "kg", None),
        ("1", "TL", None),
        ("1", "", None),
        ("123456789", "kg", None),
    ],
)
def test_grams(number, unit, says):
    """Any unit becomes whole grams, half a gram up; what is no number or no known unit is refused."""
    assert grams(number, unit) == says


@given(st.integers(0, 10**7), st.integers(0, 6))
def test_kilograms_and_grams_agree(value, decimals):
    """The same weight written in kilograms and grams is the same."""
    whole, rest = divmod(value, 10**decimals)
    number = f"{whole}.{rest:0{decimals}d}" if decimals else str(whole)
    exact, half = divmod(value * 1000, 10**decimals)
    assert grams(number, "kg") == exact + (2 * half >= 10**decimals)


def test_a_weight_settles_when_it_was_shown_so_often():
    """Only equal, stable looks in a row settle; a fault settles alike, moving and silence never do."""
    steady = Steady(3)
    same, other = Indication(500, stable=True), Indication(505, stable=True)
    assert [steady.take(one) for one in (same, same, other, same, same, same)] == [False] * 5 + [True]
    assert steady.take(same)
    steady.forget()
    assert not steady.take(same)
    moving, empty, fault = (
        Indication(1, stable=False),
        Indication(None, stable=True),
        Indication(None, stable=True, fault=OVER),
    )
    assert [steady.take(one) for one in [moving] * 4 + [empty] * 4] == [False] * 8
    assert [steady.take(fault) for _ in range(3)] == [False, False, True]
