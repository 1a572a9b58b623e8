"""QR codes and barcodes, read back by readers written from the standards."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_drivers.errors import Code, StopError
from device_drivers.limits import BARCODE, QR_BYTES
from device_drivers.paper import label_geometry, symbols
from device_drivers.paper.model import Picture

# ISO/IEC 15417, annex: widths of bars and spaces of the values 0 to 105
CODE128 = re.findall(
    "[0-9]{6}",
    """
    212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222
    123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321
    232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
    313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224
    111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
    111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
    114311 411113 411311 113141 114131 311141 411131 211412 211214 211232
    """,
)
# ISO/IEC 15420: number set A, and which sets (A or B) the left digits of each first digit are from
EAN_A = re.findall("[01]{7}", "0001101 0011001 0010011 0111101 0100011 0110001 0101111 0111011 0110111 0001011")
EAN_SETS = re.findall("[AB]{6}", "AAAAAA AABABB AABBAB AABBBA ABAABB ABBAAB ABBBAA ABABAB ABABBA ABBABA")


def bits(picture: Picture) -> list[str]:
    """Return a picture's rows as strings of 0 and 1."""
    across = (picture.width + 7) // 8
    rows = [picture.rows[start : start + across] for start in range(0, len(picture.rows), across)]
    assert len(rows) == picture.height
    return ["".join(f"{byte:08b}" for byte in row)[: picture.width] for row in rows]


def read_code128(bars: str) -> str:
    """Read a Code 128 as a scanner does; the check symbol has to fit."""
    assert bars.endswith("1100011101011")
    values = []
    for start in range(0, len(bars) - 13, 11):
        runs = "".join(
            str(len(run)) for run in bars[start : start + 11].replace("01", "0 1").replace("10", "1 0").split()
        )
        values.append(CODE128.index(runs))
    *values, check = values
    assert (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103 == check
    alphabet = {103: "A", 104: "B", 105: "C"}[values[0]]
    text = ""
    for value in values[1:]:
        if value in {99, 100, 101} and not (alphabet == "C" and value == 99):
            assert "CBA"[value - 99] != alphabet
            alphabet = "CBA"[value - 99]
        else:
            text += f"{value:02}" if alphabet == "C" else chr(value + 32)
    return text


def read_ean13(bars: str) -> str:
    """Read an EAN-13."""
    assert (bars[:3], bars[45:50], bars[92:]) == ("101", "01010", "101")
    flipped = str.maketrans("01", "10")
    set_b = [digit.translate(flipped)[::-1] for digit in EAN_A]
    left = [bars[start : start + 7] for start in range(3, 45, 7)]
    sets = "".join("A" if digit in EAN_A else "B" for digit in left)
    digits = [EAN_A.index(digit) if digit in EAN_A else set_b.index(digit) for digit in left]
    right = [EAN_A.index(bars[start : start + 7].translate(flipped)) for start in range(50, 92, 7)]
    return "".join(map(str, [EAN_SETS.index(sets), *digits, *right]))


MASKS = [
    lambda y, x: (y + x) % 2,
    lambda y, x: y % 2,
    lambda y, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
]


def read_qr(rows: list[str]) -> bytes:
    """Read a QR code of one block without errors (ISO/IEC 18004: versions 1 to 3 at level M), bytes alone."""
    size = len(rows)
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    assert [row[:7] for row in rows[:7]] == [row[-7:] for row in rows[:7]] == [row[:7] for row in rows[-7:]] == finder
    form = int(rows[8][:6], 2) << 9 ^ 0b101010000010010
    level, mask = form >> 13 & 3, (int(rows[8][2:5], 2) ^ 0b101)
    assert level == 0, "not level M"

    def is_function(y: int, x: int) -> bool:
        corners = (y < 9 and (x < 9 or x >= size - 8)) or (y >= size - 8 and x < 9)
        return corners or 6 in (y, x) or (size > 21 and abs(y - size + 7) <= 2 and abs(x - size + 7) <= 2)

    read, upwards = "", True
    for right in [*range(size - 1, 6, -2), 5, 3, 1]:
        for y in range(size - 1, -1, -1) if upwards else range(size):
            for x in (right, right - 1):
                if not is_function(y, x):
                    read += str(int(rows[y][x]) ^ (MASKS[mask](y, x) == 0))
        upwards = not upwards
    assert read[:4] == "0100", "not byte mode"
    length = int(read[4:12], 2)
    return bytes(int(read[start : start + 8], 2) for start in range(12, 12 + 8 * length, 8))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=BARCODE))
def test_code128_reads_back(data):
    """A scanner reads what was put in, and it is no wider than was counted with."""
    picture = symbols.code128(data)
    (bars,) = bits(picture)
    assert read_code128(bars) == data
    assert picture.width <= label_geometry.barcode_modules(data, "code128")


@pytest.mark.parametrize("data", ["9900", "99", "9", "123", "12345", "A1234", "A12345B", "AB99", "0107260102000123"])
def test_code128_of_known_numbers(data):
    """Digits that begin with 99, the value that switches to pairs, are digits; so are odd ones and ones within text."""
    assert read_code128(bits(symbols.code128(data))[0]) == data


@given(st.one_of(st.integers(0, 10**BARCODE - 1).map(str), st.from_regex(r"[A-Z]{1,4}[0-9]{1,16}", fullmatch=True)))
def test_code128_of_numbers_reads_back(data):
    """Digits in pairs are still those digits."""
    assert read_code128(bits(symbols.code128(data))[0]) == data


@given(st.integers(0, 10**12 - 1))
def test_ean13_reads_back(number):
    """A scanner reads the digits and the check digit."""
    (bars,) = bits(symbols.ean13(f"{number:012}"))
    digits = read_ean13(bars)
    assert digits[:12] == f"{number:012}"
    assert sum(int(digit) * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10 == 0


@given(st.text(max_size=14).filter(lambda text: 0 < len(text.encode(errors="replace")) <= 42))
def test_qr_reads_back(text):
    """A phone reads the text in UTF-8."""
    try:
        rows = bits(symbols.qr(text))
    except StopError as error:
        assert error.code is Code.UNPRINTABLE
        assert any(0xD800 <= ord(character) < 0xE000 for character in text)
    else:
        assert read_qr(rows).decode() == text


@pytest.mark.parametrize("size", [1, 14, 15, 62, 63, 213, 412, 450, QR_BYTES])
def test_qr_is_as_large_as_was_counted_with(size):
    """Whoever plans a code's place knows its modules without drawing it."""
    data = "7" * size
    assert symbols.qr(data).width == symbols.qr(data).height == label_geometry.qr_modules(data)


@pytest.mark.parametrize(
    ("make", "data"),
    [
        (symbols.code128, ""),
        (symbols.code128, "中"),
        (symbols.code128, "A\n"),
        (symbols.ean13, "6901234567890"),
        (symbols.ean13, "123"),
        (symbols.ean13, "69012345678９"),
        (symbols.qr, "\ud800"),
        (symbols.qr, "x" * 3000),
    ],
)
def test_what_no_code_can_hold_is_refused(make, data):
    """Not in the alphabet, a wrong check digit, too long."""
    with pytest.raises(StopError) as caught:
        make(data)
    assert caught.value.code is Code.UNPRINTABLE


@pytest.mark.parametrize(
    ("modules", "dots", "each"),
    [(21, 384, 6), (41, 384, 6), (57, 384, 4), (93, 384, 4), (97, 384, 3), (93, 576, 4), (45, 576, 6), (400, 384, 0)],
)
def test_qr_modules_on_receipts(modules, dots, each):
    """Six dots where two thirds of the paper hold it, four down to the paper's edges, then what fits."""
    assert symbols.qr_dots(modules, dots) == each


@pytest.mark.parametrize(
    ("modules", "dots", "each"), [(79, 384, 3), (123, 384, 2), (123, 576, 3), (192, 384, 2), (299, 384, 1)]
)
def test_bars_on_receipts(modules, dots, each):
    """Three dots where the paper has white beside it, two at the least where they fit."""
    assert symbols.bar_dots(modules, dots) == each
