"""How the number printed on a card follows from the chip's number (UID).

Source for the names and the examples: the sheet "卡号格式" of Chinese reader makers (cp.ck365.cn, ID-03; the same at
whzrbw.com, IC-02): of 01026f6c3a the last eight hex digits in decimal are 0040856634 (8H10D), the last six 07302202
(6H8D), the fifth and sixth from the end with the last four 111,27706 (2H4H, written without the comma here), four and
four 00623,27706 (4H4H).
"""

from device_drivers import limits

FORMS = ("sent", "hex", "8h10d", "6h8d", "2h4h", "4h4h")


def written(uid: bytes, form: str) -> str | None:
    """Write a chip's number, most significant byte first; None when it is too short or too long for that form."""
    if form in {"sent", "hex"}:
        text = uid.hex().upper()
        return text if 0 < len(text) <= limits.CARD_CHARS else None
    if len(uid) < (3 if form in {"6h8d", "2h4h"} else 4):
        return None
    low = int.from_bytes(uid[-2:], "big")
    match form:
        case "8h10d":
            return f"{int.from_bytes(uid[-4:], 'big'):010d}"
        case "6h8d":
            return f"{int.from_bytes(uid[-3:], 'big'):08d}"
        case "2h4h":
            return f"{uid[-3]:03d}{low:05d}"
        case _:
            return f"{int.from_bytes(uid[-4:-2], 'big'):05d}{low:05d}"
