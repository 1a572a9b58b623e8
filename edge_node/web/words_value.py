"""Words for money and value: what cannot be paid so, and how much can be spent here."""

from edge_node.web.words_form import BASKET, SAVED, say

_SHORT_CN = "本店现在可用 {available:money} 元。"
_SHORT_TW = "本店現在可用 {available:money} 元。"
_SHORT_EN = "{available:money} can be spent here now."

VALUE = {
    "stored_value_short": say(
        409,
        (
            f"储值不够：要付 {{wanted:money}} 元。{_SHORT_CN}",
            "请用储值付 {available:money} 元，其余换现金或其他方式；或向总部申请额度。",
        ),
        (
            f"儲值不夠：要付 {{wanted:money}} 元。{_SHORT_TW}",
            "請用儲值付 {available:money} 元，其餘換現金或其他方式；或向總部申請額度。",
        ),
        (
            f"Not enough stored value for {{wanted:money}}. {_SHORT_EN}",
            "Pay {available:money} from it and the rest otherwise, or ask head office for more.",
        ),
        BASKET,
    ),
    "value_short": say(
        409,
        (f"储值不够：要付 {{asked:money}} 元。{_SHORT_CN}", "请减少储值支付的金额，其余换其他方式。"),
        (f"儲值不夠：要付 {{asked:money}} 元。{_SHORT_TW}", "請減少儲值支付的金額，其餘換其他方式。"),
        (f"Not enough value for {{asked:money}}. {_SHORT_EN}", "Take less from it and the rest otherwise."),
        BASKET,
    ),
    "too_many_lots": say(
        409,
        ("该会员的储值分得太细，一次最多能付 {available:money} 元。", "请分两次结账。"),
        ("該會員的儲值分得太細，一次最多能付 {available:money} 元。", "請分兩次結帳。"),
        ("The wallet is in too many parts: {available:money} can be paid at once.", "Make it two sales."),
        BASKET,
    ),
    "points_short": say(
        409,
        ("积分不够：需要 {wanted} 分，本店现在可用 {available} 分。", "请减少积分抵扣，其余换其他方式。"),
        ("點數不夠：需要 {wanted} 點，本店現在可用 {available} 點。", "請減少點數折抵，其餘換其他方式。"),
        ("Not enough points: {wanted} are needed, {available} can be used here now.", "Use fewer."),
        BASKET,
    ),
    "underpaid": say(
        409,
        ("还差 {missing:money} 元。", "请补足差额后再收款。"),
        ("還差 {missing:money} 元。", "請補足差額後再收款。"),
        ("{missing:money} is missing.", "Take the rest, then pay again."),
        BASKET,
    ),
    "overpaid": say(
        400,
        ("多收了 {excess:money} 元，只有现金可以找零。", "请减少非现金的金额。"),
        ("多收了 {excess:money} 元，只有現金可以找零。", "請減少非現金的金額。"),
        ("{excess:money} too much: only cash gives change.", "Lower the other tenders."),
        BASKET,
    ),
    "cash_not_needed": say(
        400,
        ("其他方式已付清，不需要现金。", "请去掉现金这一笔。"),
        ("其他方式已付清，不需要現金。", "請去掉現金這一筆。"),
        ("The other tenders pay it all: no cash is needed.", "Take the cash out."),
        BASKET,
    ),
    "change_too_large": say(
        400,
        ("找零 {change:money} 元太多，最多 {limit:money} 元。", "请核对实收现金。"),
        ("找零 {change:money} 元太多，最多 {limit:money} 元。", "請核對實收現金。"),
        ("Change of {change:money} is more than {limit:money}.", "Check the cash handed over."),
        BASKET,
    ),
    "points_not_accepted": say(
        409,
        ("本店不用积分抵扣。", "请换一种支付方式。"),
        ("本店不用點數折抵。", "請換一種支付方式。"),
        ("This shop takes no points.", "Choose another tender."),
        BASKET,
    ),
    "points_below_least": say(
        409,
        ("积分抵扣不到起用数量（至少 {least} 分）。", "请多用积分，或换一种支付方式。"),
        ("點數折抵不到起用數量（至少 {least} 點）。", "請多用點數，或換一種支付方式。"),
        ("Points are taken from {least} on.", "Use more, or another tender."),
        BASKET,
    ),
    "points_above_share": say(
        409,
        ("积分最多抵 {most:money} 元。", "请减少积分抵扣。"),
        ("點數最多抵 {most:money} 元。", "請減少點數折抵。"),
        ("Points may pay {most:money} of this.", "Use fewer."),
        BASKET,
    ),
    "points_not_exact": say(
        400,
        (
            "整数积分抵不出 {wanted:money} 元。",
            "请改为 {below:money} 元或 {above:money} 元。",
        ),
        (
            "整數點數抵不出 {wanted:money} 元。",
            "請改為 {below:money} 元或 {above:money} 元。",
        ),
        ("Whole points cannot make {wanted:money}.", "Choose {below:money} or {above:money}."),
        BASKET,
    ),
    "amount_not_allowed": say(
        409,
        ("超过允许的上限。", "请核对金额和天数；充值撤销过期后请走退款。"),
        ("超過允許的上限。", "請核對金額和天數；儲值撤銷過期後請走退款。"),
        ("This is beyond what is allowed.", "Check the amount and the days; a late undo is a cash-out."),
    ),
    "below_minimum": say(
        409,
        ("不到这条充值规则的起点。", "请增加金额，或换一条规则。"),
        ("不到這條儲值規則的起點。", "請增加金額，或換一條規則。"),
        ("This is less than the rule begins at.", "Take more, or another rule."),
    ),
    "above_maximum": say(
        409,
        ("超过这条充值规则的上限。", "请减少金额，或换一条规则。"),
        ("超過這條儲值規則的上限。", "請減少金額，或換一條規則。"),
        ("This is more than the rule allows.", "Take less, or another rule."),
    ),
    "rule_inactive": say(
        409,
        ("这条充值规则已停用。", "请换一条规则。"),
        ("這條儲值規則已停用。", "請換一條規則。"),
        ("This top-up rule is no longer in force.", "Choose another one."),
    ),
    "member_needed": say(
        409,
        ("这样付款需要会员。", "请先查找会员，或换一种支付方式。"),
        ("這樣付款需要會員。", "請先查找會員，或換一種支付方式。"),
        ("This needs a member.", "Look the member up, or choose another tender."),
        BASKET,
    ),
    "member_frozen": say(
        409,
        ("该会员的储值已冻结。", "可以用其他方式付款；解冻请找值班主管。"),
        ("該會員的儲值已凍結。", "可以用其他方式付款；解凍請找值班主管。"),
        ("This member's value is frozen.", "Take another tender; a shift lead may thaw it."),
        BASKET,
    ),
    "stored_value_stopped": say(
        409,
        ("本机暂停使用储值（{reason}）。", "请先收现金或其他方式；连上总部后会自动恢复。"),
        ("本機暫停使用儲值（{reason}）。", "請先收現金或其他方式；連上總部後會自動恢復。"),
        ("Stored value is stopped on this node ({reason}).", "Take cash; it comes back once HQ was reached."),
        BASKET,
    ),
    "rights_short": say(
        409,
        (f"本店可用的额度不够。{_SHORT_CN}", "请减少金额，或向总部申请额度。"),
        (f"本店可用的額度不夠。{_SHORT_TW}", "請減少金額，或向總部申請額度。"),
        (f"This branch lacks the rights. {_SHORT_EN}", "Take less, or ask head office for more."),
        BASKET,
    ),
    "old_copy": say(
        409,
        ("本机的数据像是旧备份，已暂停使用储值。", "请收现金，并联系管理员。"),
        ("本機的資料像是舊備份，已暫停使用儲值。", "請收現金，並聯絡管理員。"),
        ("This node looks like an old copy of itself; stored value is stopped.", "Take cash, and tell the manager."),
        SAVED,
    ),
    "unknown_gift_card": say(
        404,
        ("这个号码不是礼品卡，或这张卡还不能在本店使用。", "请核对卡号；别的门店卖出的卡，联网后可向总部申请额度。"),
        ("這個號碼不是禮品卡，或這張卡還不能在本店使用。", "請核對卡號；其他門市賣出的卡，連線後可向總部申請額度。"),
        ("No gift card by this number can pay here.", "Check it; ask head office for another branch's."),
    ),
    "gift_card_short": say(
        409,
        ("礼品卡不够：要付 {wanted:money} 元。", "请用这张卡付 {available:money} 元，其余用别的方式。"),
        ("禮品卡不夠：要付 {wanted:money} 元。", "請用這張卡付 {available:money} 元，其餘用別的方式。"),
        ("The gift card is short of {wanted:money}.", "Take {available:money} of it, the rest otherwise."),
    ),
    "no_hq": say(
        409,
        ("本店是单店版，所有储值都在本店。", "可用余额就是显示的余额，不需要申请额度。"),
        ("本店是單店版，所有儲值都在本店。", "可用餘額就是顯示的餘額，不需要申請額度。"),
        ("This shop stands alone: all value is here.", "What is shown is all there is; nobody has to be asked."),
    ),
    "already_refunded": say(
        409,
        ("这些商品已经退过了，最多还能退 {available:quantity}。", "请核对小票的可退数量。"),
        ("這些商品已經退過了，最多還能退 {available:quantity}。", "請核對收據的可退數量。"),
        ("This came back before; {available:quantity} can still come back.", "Check what remains of the sale."),
    ),
    "sale_of_this_branch": say(
        409,
        ("这张小票是本店的。", "请直接办理退货，不需要跨店。"),
        ("這張收據是本店的。", "請直接辦理退貨，不需要跨店。"),
        ("This branch sold it.", "Refund it here and now; no claim is needed."),
    ),
    "sale_needs_claim": say(
        403,
        ("这张小票是换机前的，不能直接退。", "请用“跨店退货”登记，由总部两人审核放款。"),
        ("這張收據是換機前的，不能直接退。", "請用「跨店退貨」登記，由總部兩人審核放款。"),
        ("This was sold before the node was replaced.", "Make a claim; two people at head office release it."),
    ),
    "claim_not_released": say(
        409,
        ("售出门店还没有放款。", "请等待放行后再付款，通知会自动出现。"),
        ("售出門市還沒有放款。", "請等待放行後再付款，通知會自動出現。"),
        ("The selling branch has not released it.", "Wait for the release; a notice will come."),
    ),
    "issue_undone": say(
        409,
        ("这笔充值已经撤销过了。", "不需要再操作。"),
        ("這筆儲值已經撤銷過了。", "不需要再操作。"),
        ("This top-up was undone before.", "There is nothing left to do."),
    ),
    "refund_too_late": say(
        409,
        ("这笔销售已过 {days} 天，超过可退的 {limit} 天。", "请按店里的规定向顾客说明；确要退的，请联系总部。"),
        ("這筆銷售已過 {days} 天，超過可退的 {limit} 天。", "請按店裡的規定向顧客說明；確實要退的，請聯絡總部。"),
        ("This was sold {days} days ago; goods come back within {limit} days.", "Explain it, or ask head office."),
    ),
    "nothing_here": say(
        409,
        ("这笔充值的余额不在本店。", "请联网后由总部收回额度再撤销。"),
        ("這筆儲值的餘額不在本店。", "請連網後由總部收回額度再撤銷。"),
        ("Nothing of this top-up lies here.", "Have head office recall it first."),
    ),
    "pair_not_whole": say(
        409,
        ("这笔充值已被使用，不能整笔撤销。", "请走退款，按余额退还。"),
        ("這筆儲值已被使用，不能整筆撤銷。", "請走退款，按餘額退還。"),
        ("Part of this top-up was used or lies elsewhere.", "Pay out what remains instead."),
    ),
    "principal_not_here": say(
        409,
        ("这笔充值的本金不在本店。", "请联网后由总部收回额度再办理。"),
        ("這筆儲值的本金不在本店。", "請連網後由總部收回額度再辦理。"),
        ("The principal of this top-up is not here.", "Have head office recall it first."),
    ),
    "nothing_to_pay": say(
        409,
        ("没有需要付出的金额。", "不需要再操作。"),
        ("沒有需要付出的金額。", "不需要再操作。"),
        ("There is nothing to pay out.", "There is nothing left to do."),
    ),
}
"""Code → status and words."""
