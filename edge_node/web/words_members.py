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
    "bad_field": say(
        400,
        ("“{label}”填得不对。", "请按要求填写:数字、日期(年-月-日)或列表里的选项。"),
        ("「{label}」填得不對。", "請按要求填寫:數字、日期(年-月-日)或清單裡的選項。"),
        ("{label} is not right.", "Fill in a number, a date (year-month-day) or one of the choices, as it asks."),
    ),
    "field_needed": say(
        400,
        ("“{label}”必须填写。", "请填写后再试。"),
        ("「{label}」必須填寫。", "請填寫後再試。"),
        ("{label} is needed.", "Fill it in and try again."),
    ),
    "bad_photo": say(
        400,
        ("照片不能用:须为 JPEG,不超过 {limit} 字节。", "请重拍,或换一张小一些的照片。"),
        ("照片不能用:須為 JPEG,不超過 {limit} 位元組。", "請重拍,或換一張小一些的照片。"),
        ("This photo cannot be kept: a JPEG of at most {limit} bytes is.", "Take it again, or choose a smaller one."),
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
