"""Words for members' value and cards: what the chain does not offer, and what somebody has to type or approve."""

from edge_node.web.words_form import BASKET, say

MEMBERS = {
    "change_stays_cash": say(
        409,
        ("本店不办理找零转存。", "请把零钱找给顾客。"),
        ("本店不辦理找零轉存。", "請把零錢找給顧客。"),
        ("This shop does not put change into balances.", "Hand the change out."),
        BASKET,
    ),
    "unknown_gift": say(
        404,
        ("没有这个礼品:{gift}。", "请从礼品列表中选择。"),
        ("沒有這個禮品:{gift}。", "請從禮品列表中選擇。"),
        ("There is no such gift: {gift}.", "Choose one of the list."),
    ),
    "not_transferable": say(
        409,
        ("只有储值可以转给另一位会员。", "请选择另一位会员;积分和次数不能转。"),
        ("只有儲值可以轉給另一位會員。", "請選擇另一位會員;點數和次數不能轉。"),
        ("Only stored value goes to another member.", "Choose another member; points and counts stay."),
    ),
}
"""Code → status and words."""
