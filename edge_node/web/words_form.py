"""How the tables of words are written: per code a status, then message and advice in three languages."""

from typing import NamedTuple

from foundation.http_api.problem import Known, Words


class Kept(NamedTuple):
    """What is told to be safe, in zh-CN, zh-TW and en."""

    cn: str
    tw: str
    en: str


NOTHING = Kept("什么都没有改动。", "什麼都沒有改動。", "Nothing was changed.")
BASKET = Kept("没有收款，购物单还在。", "沒有收款，購物單還在。", "Nothing was charged, and the basket is still here.")
SAVED = Kept("之前完成的都已保存。", "之前完成的都已保存。", "Everything that was done before is safe.")


def say(status: int, cn: tuple[str, str], tw: tuple[str, str], en: tuple[str, str], kept: Kept = NOTHING) -> Known:
    """Make an entry of the table: (what happened, what to do next) per language, and what was kept."""
    return Known(
        status,
        {
            "zh-CN": Words(cn[0], kept.cn, cn[1]),
            "zh-TW": Words(tw[0], kept.tw, tw[1]),
            "en": Words(en[0], kept.en, en[1]),
        },
    )
