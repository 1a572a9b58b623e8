"""Words for answers that came from elsewhere: why HQ gave no rights, why a selling branch refused a claim."""

from collections.abc import Mapping

from edge_node.web.words_form import BASKET, SAVED, Kept, say
from foundation.http_api.problem import ApiError, Known, Problem, tell

_GOODS = Kept(
    "退货记录还在，没有付出任何款项。", "退貨記錄還在，沒有付出任何款項。", "The claim is kept; no money was paid out."
)
_HERE_CN, _HERE_TW, _HERE_EN = "本店现在可用 {here}。", "本店現在可用 {here}。", "{here} can be used here now."

LINE = {
    "nothing_unsent": say(
        409,
        ("没有要导出的：总部已经收到本店的每一笔。", "不用做任何事。"),
        ("沒有要匯出的：總部已經收到本店的每一筆。", "不用做任何事。"),
        ("There is nothing to export: head office has every entry of this branch.", "Nothing has to be done."),
        SAVED,
    ),
}
"""About the line itself."""

_NO_ANSWER = say(
    200,
    (f"总部还没有答复。{_HERE_CN}", "请先用可用的部分，其余换其他方式付款；额度到了会自动出现。"),
    (f"總部還沒有答覆。{_HERE_TW}", "請先用可用的部分，其餘換其他方式付款；額度到了會自動出現。"),
    (f"Head office has not answered yet. {_HERE_EN}", "Use that and another tender; what still comes will show."),
    BASKET,
)
_REFUSED = say(
    200,
    (f"总部没有受理这次申请（{{code}}）。{_HERE_CN}", "请先用可用的部分，其余换其他方式付款。"),
    (f"總部沒有受理這次申請（{{code}}）。{_HERE_TW}", "請先用可用的部分，其餘換其他方式付款。"),
    (f"Head office did not take the request ({{code}}). {_HERE_EN}", "Use that and another tender."),
    BASKET,
)

REQUEST: dict[str, Known] = {
    "": _NO_ANSWER,
    "timed_out": _NO_ANSWER,
    "rights_short": say(
        200,
        (f"总部也没有足够的额度，会员的余额可能正在其他门店使用。{_HERE_CN}", "其余请换其他方式付款。"),
        (f"總部也沒有足夠的額度，會員的餘額可能正在其他門市使用。{_HERE_TW}", "其餘請換其他方式付款。"),
        (f"Head office has not enough either; other branches may be using it. {_HERE_EN}", "Pay the rest otherwise."),
        BASKET,
    ),
    "cancelled": say(
        200,
        (f"申请已取消。{_HERE_CN}", "请继续收款。"),
        (f"申請已取消。{_HERE_TW}", "請繼續收款。"),
        (f"The request was cancelled. {_HERE_EN}", "Go on with the payment."),
        BASKET,
    ),
}
"""Why there are no more rights → words; "" while nobody has answered."""

CLAIM: dict[str, Known] = {
    "already_refunded": say(
        200,
        ("售出门店说这些商品已经退过了。", "请核对小票，向顾客说明不能再退。"),
        ("售出門市說這些商品已經退過了。", "請核對收據，向顧客說明不能再退。"),
        ("The selling branch says that this came back before.", "Check the receipt and tell the customer."),
        _GOODS,
    ),
    "unknown_line": say(
        200,
        ("小票里没有这些商品。", "请核对小票后重新登记。"),
        ("收據裡沒有這些商品。", "請核對收據後重新登記。"),
        ("The sale has no such line.", "Check the receipt and claim again."),
        _GOODS,
    ),
}
"""Why a claim was refused → words."""

_CLAIM_REFUSED = say(
    200,
    ("售出门店没有同意这笔退货（{code}）。", "请联系售出门店或总部。"),
    ("售出門市沒有同意這筆退貨（{code}）。", "請聯絡售出門市或總部。"),
    ("The selling branch refused the claim ({code}).", "Ask it or head office."),
    _GOODS,
)


def request_told(code: str, asset: str, here: int, accept: str) -> Problem:
    """Tell why a request brought nothing yet; `here`: what can be used here of the asset asked for."""
    known = REQUEST.get(code, _REFUSED)
    shown = f"{here // 100}.{here % 100:02d}" if asset in {"principal", "bonus"} else str(here)
    return _told(known, code, {"here": shown, "code": code}, accept)


def claim_told(code: str, accept: str) -> Problem:
    """Tell why a claim was refused."""
    return _told(CLAIM.get(code, _CLAIM_REFUSED), code, {"code": code}, accept)


def _told(known: Known, code: str, evidence: Mapping[str, str], accept: str) -> Problem:
    _, problem = tell({code: known}, ApiError(code, **evidence), accept)
    return problem
