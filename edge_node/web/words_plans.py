"""Words for card plans: what covers what, what was used, what is frozen."""

from edge_node.web.words_form import BASKET, say

PLANS = {
    "uses_short": say(
        409,
        (
            "次数不够：要用 {wanted} 次，本店现在可用 {available} 次。",
            "请减少数量或分成两行，其余照常付款；也可向总部申请。",
        ),
        (
            "次數不夠：要用 {wanted} 次，本店現在可用 {available} 次。",
            "請減少數量或分成兩行，其餘照常付款；也可向總部申請。",
        ),
        (
            "Not enough uses: {wanted} are needed, {available} can be used here now.",
            "Cover fewer pieces and let the rest be paid, or ask head office for more.",
        ),
        BASKET,
    ),
    "plan_not_held": say(
        409,
        ("该会员没有这张卡，或现在不能用。", "请取消这一行的用卡，或查看会员的卡。"),
        ("該會員沒有這張卡，或現在不能用。", "請取消這一行的用卡，或查看會員的卡。"),
        ("The member has no such card that can be used now.", "Let the line be paid, or look at the member's cards."),
        BASKET,
    ),
    "plan_not_covering": say(
        409,
        ("这张卡不含这件商品。", "请换一张卡，或照常付款。"),
        ("這張卡不含這件商品。", "請換一張卡，或照常付款。"),
        ("This card does not cover this item.", "Use another card, or let it be paid."),
        BASKET,
    ),
    "part_of_use": say(
        409,
        ("用卡的商品要按整份计算，不能只退或只用一部分。", "请把数量改成整数。"),
        ("用卡的商品要按整份計算，不能只退或只用一部分。", "請把數量改成整數。"),
        ("What a card pays for is taken and given back in whole units.", "Enter a whole quantity."),
    ),
    "per_day_reached": say(
        409,
        ("这张卡每天最多 {limit} 份，今天还剩 {available} 份。", "请减少数量，其余照常付款。"),
        ("這張卡每天最多 {limit} 份，今天還剩 {available} 份。", "請減少數量，其餘照常付款。"),
        ("This card covers {limit} a day; {available} are left today.", "Cover fewer and let the rest be paid."),
        BASKET,
    ),
    "covered_line": say(
        409,
        ("这一行由会员卡支付，不能改价或打折。", "请先取消这一行的用卡。"),
        ("這一行由會員卡支付，不能改價或打折。", "請先取消這一行的用卡。"),
        ("A card pays for this line: it takes no price or discount by hand.", "Take the card off the line first."),
    ),
    "plan_inactive": say(
        409,
        ("这种卡已停售。", "请选择其他卡。"),
        ("這種卡已停售。", "請選擇其他卡。"),
        ("This card is not sold any more.", "Choose another one."),
    ),
    "plan_used": say(
        409,
        (
            "这张卡已用过，或有一部分在其他门店，不能撤销（共 {asked}，本店可用 {available}）。",
            "整张未用的卡才能撤销；已退回的商品先退货。",
        ),
        (
            "這張卡已用過，或有一部分在其他門市，不能撤銷（共 {asked}，本店可用 {available}）。",
            "整張未用的卡才能撤銷；已退回的商品先退貨。",
        ),
        (
            "The card was used, or part of it lies elsewhere ({available} of {asked} are here).",
            "Only a whole, unused card is taken back: refund what it paid for first.",
        ),
    ),
    "plan_over": say(
        409,
        ("这张卡已于 {last_day} 到期。", "请为会员办理新卡。"),
        ("這張卡已於 {last_day} 到期。", "請為會員辦理新卡。"),
        ("The card ended on {last_day}.", "Sell the member a new one."),
    ),
    "already_frozen": say(
        409,
        ("这张卡自 {since} 起已停用。", "要继续使用，请先恢复。"),
        ("這張卡自 {since} 起已停用。", "要繼續使用，請先恢復。"),
        ("The card is frozen since {since}.", "Thaw it before it is used."),
    ),
    "not_frozen": say(
        409,
        ("这张卡没有停用。", "不需要恢复。"),
        ("這張卡沒有停用。", "不需要恢復。"),
        ("The card is not frozen.", "There is nothing to thaw."),
    ),
}
