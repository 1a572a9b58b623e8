"""The one error shape of the APIs, and how an error finds its words."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

LANGUAGES = ("zh-CN", "zh-TW", "en")


class Problem(msgspec.Struct, frozen=True):
    """What went wrong, for a person: what happened, what was kept, what to do next; ``code`` is stable for programs."""

    code: str
    message: str
    kept: str = ""
    next: str = ""
    evidence: dict[str, Any] = {}


class Words(msgspec.Struct, frozen=True):
    """One language's sentences of one code; ``{name}`` is filled from the evidence.

    ``{name:money}`` shows minor units (1250 is 12.50), ``{name:quantity}`` thousandths (1500 is 1.5),
    ``{name:seconds}`` and ``{name:minutes}`` milliseconds, rounded up.
    """

    message: str
    kept: str = ""
    next: str = ""


class Known(msgspec.Struct, frozen=True):
    """How a code answers over HTTP: its status and its words by language (zh-CN must be there)."""

    status: int
    words: Mapping[str, Words]


class ApiError(Exception):
    """Refuse a request with a known code; raised by handlers and by the serving code alike."""

    def __init__(self, code: str, /, **evidence: Any) -> None:  # noqa: ANN401  evidence is JSON
        """`code` must stand in the program's table; `evidence` holds no secret and no personal data."""
        super().__init__(code)
        self.code = code
        self.evidence = evidence


BASE_CODES: dict[str, Known] = {
    "bad_request": Known(
        400,
        {
            "zh-CN": Words("请求有误：{reason}", "什么都没有改动", "请检查后重试"),
            "zh-TW": Words("請求有誤：{reason}", "什麼都沒有改動", "請檢查後重試"),
            "en": Words("The request is not valid: {reason}", "Nothing was changed", "Check it and try again"),
        },
    ),
    "signed_out": Known(
        401,
        {
            "zh-CN": Words("尚未登录或登录已过期", "未完成的单据都还在", "请重新登录"),
            "zh-TW": Words("尚未登入或登入已過期", "未完成的單據都還在", "請重新登入"),
            "en": Words("You are not signed in any more", "Open baskets are kept", "Sign in again"),
        },
    ),
    "forbidden": Known(
        403,
        {
            "zh-CN": Words("您没有权限做这项操作", "什么都没有改动", "请有权限的同事来操作"),
            "zh-TW": Words("您沒有權限做這項操作", "什麼都沒有改動", "請有權限的同事來操作"),
            "en": Words("You may not do this", "Nothing was changed", "Ask a colleague who may"),
        },
    ),
    "not_found": Known(
        404,
        {
            "zh-CN": Words("找不到您要的内容", "什么都没有改动", "请核对编号"),
            "zh-TW": Words("找不到您要的內容", "什麼都沒有改動", "請核對編號"),
            "en": Words("There is no such thing", "Nothing was changed", "Check the number"),
        },
    ),
    "method_not_allowed": Known(
        405,
        {
            "zh-CN": Words("此地址不支持这种请求"),
            "zh-TW": Words("此位址不支援這種請求"),
            "en": Words("This address does not take that method"),
        },
    ),
    "too_large": Known(
        413,
        {
            "zh-CN": Words("内容太大", "什么都没有改动", "请减少内容"),
            "zh-TW": Words("內容太大", "什麼都沒有改動", "請減少內容"),
            "en": Words("The request is too large", "Nothing was changed", "Send less"),
        },
    ),
    "not_json": Known(
        415,
        {
            "zh-CN": Words("只接受 JSON"),
            "zh-TW": Words("只接受 JSON"),
            "en": Words("Only application/json is taken"),
        },
    ),
    "internal": Known(
        500,
        {
            "zh-CN": Words("程序出错，已记录", "本次操作没有完成，之前的都已保存", "请重试；仍不行请联系管理员"),
            "zh-TW": Words("程式出錯，已記錄", "本次操作沒有完成，之前的都已保存", "請重試；仍不行請聯絡管理員"),
            "en": Words("Something broke and was logged", "This was not done; all before it is kept", "Try again"),
        },
    ),
}
"""Codes that every API of ours can answer."""


def language_of(accept: str) -> str:
    """Choose the answer's language from an Accept-Language header; 简体中文 unless another is clearly wanted."""
    for part in accept.split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("en"):
            return "en"
        if tag in {"zh-tw", "zh-hk", "zh-mo"} or tag.startswith("zh-hant"):
            return "zh-TW"
        if tag.startswith("zh"):
            return "zh-CN"
    return "zh-CN"


class _Shown:
    """One piece of evidence on its way into a sentence; nothing in it can fail while an error is told."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __format__(self, form: str) -> str:
        if type(self.value) is not int or form not in _FORMS:
            return str(self.value)
        return _FORMS[form](self.value)


def _money(value: int) -> str:
    sign = "-" if value < 0 else ""
    return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"


def _quantity(value: int) -> str:
    whole, rest = divmod(value, 1000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)


_FORMS: dict[str, Callable[[int], str]] = {
    "money": _money,
    "quantity": _quantity,
    "seconds": lambda value: str(-(-value // 1000)),
    "minutes": lambda value: str(-(-value // 60_000)),
}


class _Blank(dict[str, _Shown]):
    """Evidence for ``format_map``: a missing name stays empty."""

    def __missing__(self, key: str) -> _Shown:
        return _Shown("")


def tell(table: Mapping[str, Known], error: ApiError, accept: str) -> tuple[int, Problem]:
    """Turn `error` into status and words; an unknown code is told as ``internal`` (a test keeps tables complete)."""
    known = table.get(error.code)
    code = error.code if known else "internal"
    known = known or table["internal"]
    words = known.words.get(language_of(accept)) or known.words["zh-CN"]
    evidence = _Blank({name: _Shown(value) for name, value in error.evidence.items()})
    return known.status, Problem(
        code,
        words.message.format_map(evidence),
        words.kept.format_map(evidence),
        words.next.format_map(evidence),
        dict(error.evidence),
    )
