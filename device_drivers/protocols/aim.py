"""AIM symbology identifiers (ISO/IEC 15424): ``]E0`` before the data says that it was an EAN-13.

The letters as NCR's scanner manual "AIM Code Identifiers", the modifiers as Datalogic KA-01477 and the Opticon
Universal Menu Book print them.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

_FLAG = re.compile(r"\]([A-Za-z])([0-9A-Za-z])")

_BY_LETTER: Mapping[str, str] = MappingProxyType(
    {
        "A": "code39",
        "C": "code128",
        "E": "ean13",
        "F": "codabar",
        "G": "code93",
        "H": "code11",
        "I": "itf",
        "L": "pdf417",
        "M": "msi",
        "Q": "qr",
        "R": "code25",
        "S": "code25",
        "X": "other",
        "d": "datamatrix",
        "e": "gs1_databar",
        "h": "hanxin",
        "z": "aztec",
    }
)
_EXACT: Mapping[str, str] = MappingProxyType({"E4": "ean8", "C1": "gs1_128", "Q3": "gs1_qr", "d2": "gs1_datamatrix"})


def split(text: str) -> tuple[str, str]:
    """Take the identifier off; return the data and the symbology, "" when there is none or it is not known."""
    flag = _FLAG.match(text)
    if flag is None:
        return text, ""
    symbology = _EXACT.get(flag[1] + flag[2]) or _BY_LETTER.get(flag[1])
    return (text[flag.end() :], symbology) if symbology else (text, "")
