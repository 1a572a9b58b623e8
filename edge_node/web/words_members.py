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
        ("“{label}”填得不对。", "请按要求填写：数字、日期（年-月-日）或列表里的选项。"),
        ("「{label}」填得不對。", "請按要求填寫：數字、日期（年-月-日）或清單裡的選項。"),
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
        ("照片不能用：须为 JPEG，不超过 {limit} 字节。", "请重拍，或换一张小一些的照片。"),
        ("照片不能用：須為 JPEG，不超過 {limit} 位元組。", "請重拍，或換一張小一些的照片。"),
        ("This photo cannot be kept: a JPEG of at most {limit} bytes is.", "Take it again, or choose a smaller one."),
    ),
    "unknown_gift": say(
        404,
        ("没有这个礼品：{gift}。", "请从礼品列表中选择。"),
        ("沒有這個禮品：{gift}。", "請從禮品列表中選擇。"),
        ("There is no such gift: {gift}.", "Choose one of the list."),
    ),
    "nothing_to_move": say(
        409,
        ("该会员在本店没有可转的储值。", "如储值在其他门店，请联网后向总部申请额度再转。"),
        ("該會員在本店沒有可轉的儲值。", "如儲值在其他門市，請連線後向總部申請額度再轉。"),
        (
            "This member has no stored value here to move.",
            "If it lies elsewhere, ask head office for it first.",
        ),
    ),
    "no_card_numbers": say(
        409,
        ("本店没有可用的卡号。", "请刷一张空白卡绑定，或请总部给本店分配号段。"),
        ("本店沒有可用的卡號。", "請刷一張空白卡綁定，或請總部給本店分配號段。"),
        ("This branch has no card numbers left.", "Bind a blank card, or have head office give a range."),
    ),
    "password_needed": say(
        403,
        ("储值支付满 {limit:money} 元需要会员输入卡密码。", "请会员在键盘上输入密码；忘记密码请主管重设。"),
        ("儲值支付滿 {limit:money} 元需要會員輸入卡密碼。", "請會員在鍵盤上輸入密碼；忘記密碼請主管重設。"),
        ("From {limit:money} on stored value takes the card's password.", "Have the member type it; a lead sets anew."),
        BASKET,
    ),
    "password_wrong": say(
        403,
        ("卡密码不对。", "请会员重新输入；忘记密码请主管重设。"),
        ("卡密碼不對。", "請會員重新輸入；忘記密碼請主管重設。"),
        ("The card's password is wrong.", "Have the member type it again; a shift lead sets a new one."),
        BASKET,
    ),
    "password_locked": say(
        429,
        ("卡密码错误次数太多。", "请等 {retry_after_ms:seconds} 秒再试，或请主管重设密码。"),
        ("卡密碼錯誤次數太多。", "請等 {retry_after_ms:seconds} 秒再試，或請主管重設密碼。"),
        ("Too many wrong passwords.", "Wait {retry_after_ms:seconds} seconds, or have a shift lead set a new one."),
        BASKET,
    ),
    "unknown_payment": say(
        404,
        ("本收银台没有这笔支付。", "请从未完成的支付中选择，或重新收款。"),
        ("本收銀台沒有這筆支付。", "請從未完成的支付中選擇，或重新收款。"),
        ("This till has no such payment.", "Choose one that is open, or charge again."),
    ),
    "no_provider": say(
        409,
        ("“{tender}”没有接通在线支付。", "请用其他方式收款，并请管理员核对支付接口的设置。"),
        ("「{tender}」沒有接通線上支付。", "請用其他方式收款，並請管理員核對支付介面的設定。"),
        ("No provider is connected for {tender}.", "Take another tender; have payment_providers checked."),
    ),
    "payment_needed": say(
        409,
        ("“{tender}”要先扫顾客的付款码。", "请扫码收款成功后再结账。"),
        ("「{tender}」要先掃顧客的付款碼。", "請掃碼收款成功後再結帳。"),
        ("{tender} takes the customer's payment code first.", "Scan it, and pay when it is through."),
        BASKET,
    ),
    "payment_differs": say(
        409,
        ("这笔支付是 {paid:money} 元，不是 {wanted:money} 元。", "请按支付的金额结账，或撤销后重新收款。"),
        ("這筆支付是 {paid:money} 元，不是 {wanted:money} 元。", "請按支付的金額結帳，或撤銷後重新收款。"),
        ("This payment is of {paid:money}, not {wanted:money}.", "Pay that much by it, or cancel it and charge again."),
        BASKET,
    ),
    "payment_not_paid": say(
        409,
        ("这笔支付还没有成功（{state}）。", "请等顾客付款，或撤销后换一种方式。"),
        ("這筆支付還沒有成功（{state}）。", "請等顧客付款，或撤銷後換一種方式。"),
        ("This payment is not through ({state}).", "Wait for the customer, or cancel it and take another tender."),
        BASKET,
    ),
    "payment_used": say(
        409,
        ("这笔支付已经用过了。", "要退款请对那张小票办理退货。"),
        ("這筆支付已經用過了。", "要退款請對那張收據辦理退貨。"),
        ("This payment was used before.", "To give it back, take the goods of its sale back."),
    ),
    "not_transferable": say(
        409,
        ("只有储值可以转给另一位会员。", "请选择另一位会员；积分和次数不能转。"),
        ("只有儲值可以轉給另一位會員。", "請選擇另一位會員；點數和次數不能轉。"),
        ("Only stored value goes to another member.", "Choose another member; points and counts stay."),
    ),
}
"""Code → status and words."""
