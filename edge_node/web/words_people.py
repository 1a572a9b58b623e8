"""Words for what has to happen first, for what a person must decide, and for what is wrong with the box itself."""

from edge_node.web.words_form import BASKET, NOTHING, SAVED, Kept, say

_ONCE = Kept(
    "之前用这个编号做的操作已保存。", "之前用這個編號做的操作已保存。", "What was done under this key before is safe."
)

PEOPLE = {
    "wrong_host": say(
        421,
        ("门店主机不认这个网址。", "请用主机的 IP 地址打开，或让管理员把域名写进配置（till.names）。"),
        ("門市主機不認這個網址。", "請用主機的 IP 位址開啟，或讓管理員把網域寫進設定（till.names）。"),
        ("The node of this branch is not known by this name.", "Use its IP address, or have till.names name it."),
    ),
    "basket_elsewhere": say(
        409,
        ("这张购物单不在本收银台，或已挂单。", "请从挂单列表取单，或到原收银台操作。"),
        ("這張購物單不在本收銀台，或已掛單。", "請從掛單列表取單，或到原收銀台操作。"),
        ("This basket is another till's, or it is held.", "Recall it, or go to its till."),
    ),
    "shift_needed": say(
        409,
        ("本收银台还没有开班。", "请先输入备用金开班。"),
        ("本收銀台還沒有開班。", "請先輸入備用金開班。"),
        ("No shift is open at this till.", "Open one with its float."),
    ),
    "shift_already_open": say(
        409,
        ("本收银台已经开班。", "请继续收银，或先交班。"),
        ("本收銀台已經開班。", "請繼續收銀，或先交班。"),
        ("A shift is open already.", "Go on selling, or close it first."),
    ),
    "walk_in_refused": say(
        409,
        ("本店只卖给会员。", "请先查找会员，或现在登记一位。"),
        ("本店只賣給會員。", "請先查找會員，或現在登記一位。"),
        ("This shop sells to members only.", "Look the member up, or register one now."),
        BASKET,
    ),
    "attendant_needed": say(
        409,
        ("第 {line} 行还没有选服务人员。", "请给每一行选上服务人员，再收款。"),
        ("第 {line} 行還沒有選服務人員。", "請給每一行選上服務人員，再收款。"),
        ("Line {line} names nobody who served.", "Name somebody for each line, then pay."),
        BASKET,
    ),
    "shift_not_counted": say(
        409,
        ("还没有清点钱箱。", "请先盲点现金再交班。"),
        ("還沒有清點錢箱。", "請先盲點現金再交班。"),
        ("The drawer was not counted.", "Count it, then close the shift."),
    ),
    "session_state": say(
        409,
        ("这次计时的状态已经变了。", "请刷新计时列表再操作。"),
        ("這次計時的狀態已經變了。", "請重新整理計時列表再操作。"),
        ("This session's state has changed by now.", "Look at the list again."),
    ),
    "shift_counted": say(
        409,
        ("钱箱已清点，本班不能再收银。", "请完成交班，再开新班。"),
        ("錢箱已清點，本班不能再收銀。", "請完成交班，再開新班。"),
        ("The drawer was counted: this shift sells nothing more.", "Close it and open the next."),
    ),
    "cash_not_counted": say(
        409,
        ("清点里没有现金。", "请清点现金后再交班。"),
        ("清點裡沒有現金。", "請清點現金後再交班。"),
        ("The cash was not counted.", "Count it, then close the shift."),
    ),
    "difference_needs_reason": say(
        409,
        ("清点与应有金额相差 {difference:money} 元。", "请重新清点，或填写原因后交班。"),
        ("清點與應有金額相差 {difference:money} 元。", "請重新清點，或填寫原因後交班。"),
        ("The count differs by {difference:money}.", "Count again, or give the reason."),
    ),
    "reason_needed": say(
        400,
        ("需要填写原因。", "请填写原因后再试。"),
        ("需要填寫原因。", "請填寫原因後再試。"),
        ("A reason is needed.", "Give one and try again."),
    ),
    "total_changed": say(
        409,
        ("应收金额已变为 {total:money} 元（之前显示 {shown:money} 元）。", "请告诉顾客新的金额后再收款。"),
        ("應收金額已變為 {total:money} 元（之前顯示 {shown:money} 元）。", "請告訴顧客新的金額後再收款。"),
        ("The total is {total:money} now, {shown:money} was shown.", "Tell the customer, then pay again."),
        BASKET,
    ),
    "item_inactive": say(
        409,
        ("这个商品已停售：{item}。", "请换一个商品。"),
        ("這個商品已停售：{item}。", "請換一個商品。"),
        ("{item} is not sold any more.", "Choose another product."),
        BASKET,
    ),
    "labelled_line": say(
        409,
        ("这一行按标签计价，不能改数量。", "请删除该行，重新称重后再扫。"),
        ("這一行按標籤計價，不能改數量。", "請刪除該行，重新秤重後再掃。"),
        ("The label fixes this line's quantity.", "Take it out, weigh again and scan."),
        BASKET,
    ),
    "approval_needed": say(
        403,
        ("需要值班主管批准。", "请主管输入员工号和密码。"),
        ("需要值班主管批准。", "請主管輸入員工號和密碼。"),
        ("A shift lead must approve this.", "Have one type number and PIN."),
    ),
    "role_needed": say(
        403,
        ("权限不够（需要：{role}）。", "请有权限的同事来操作。"),
        ("權限不夠（需要：{role}）。", "請有權限的同事來操作。"),
        ("This takes the role {role}.", "Ask a colleague who has it."),
    ),
    "last_manager": say(
        409,
        ("这样店里就没有店长了。", "请先设另一位店长。"),
        ("這樣店裡就沒有店長了。", "請先設另一位店長。"),
        ("Nobody would be a manager then.", "Name another manager first."),
    ),
    "sign_in_refused": say(
        403,
        ("员工号或密码不对。", "请重新输入；忘记密码请找店长。"),
        ("員工號或密碼不對。", "請重新輸入；忘記密碼請找店長。"),
        ("Number or PIN is wrong.", "Type them again; a manager gives a new PIN."),
    ),
    "pin_locked": say(
        429,
        ("密码错误次数太多。", "请等 {retry_after_ms:seconds} 秒后再试。"),
        ("密碼錯誤次數太多。", "請等 {retry_after_ms:seconds} 秒後再試。"),
        ("Too many wrong PINs.", "Wait {retry_after_ms:seconds} seconds."),
    ),
    "pin_change_needed": say(
        403,
        ("请先修改初始密码。", "设好新密码后即可继续。"),
        ("請先修改初始密碼。", "設好新密碼後即可繼續。"),
        ("The first PIN must be changed.", "Choose a new one, then go on."),
    ),
    "not_signed_in": say(
        401,
        ("登录已失效。", "请重新登录，未完成的单据都还在。"),
        ("登入已失效。", "請重新登入，未完成的單據都還在。"),
        ("You are not signed in any more.", "Sign in again; open baskets are kept."),
    ),
    "phone_taken": say(
        409,
        ("这个手机号已有会员。", "请按手机号查找该会员。"),
        ("這個手機號已有會員。", "請按手機號查找該會員。"),
        ("A member has this phone already.", "Look the member up by it."),
    ),
    "card_taken": say(
        409,
        ("这张卡已被使用或已挂失。", "请换一张卡。"),
        ("這張卡已被使用或已掛失。", "請換一張卡。"),
        ("This card is another member's, or it was lost.", "Take another card."),
    ),
    "card_lost": say(
        409,
        ("这张卡已挂失。", "请按手机号核对会员身份，并收回此卡。"),
        ("這張卡已掛失。", "請按手機號核對會員身分，並收回此卡。"),
        ("This card was reported lost.", "Find the member by phone, and keep the card."),
    ),
    "card_needed": say(
        403,
        ("这里凭卡或会员码找会员，不能手工输入。", "请刷卡或扫会员码；没有带的，请主管批准后再输入。"),
        ("這裡憑卡或會員碼找會員，不能手動輸入。", "請刷卡或掃會員碼；沒有帶的，請主管核准後再輸入。"),
        ("Members are found by card or code here.", "Swipe or scan it; without one, a shift lead may let you type."),
    ),
    "managed_by_hq": say(
        403,
        ("这项由总部管理。", "请联系总部修改，更新会自动下发。"),
        ("這項由總部管理。", "請聯絡總部修改，更新會自動下發。"),
        ("Head office manages this.", "Ask it to; the change comes by itself."),
    ),
    "foreign_key": say(
        403,
        ("操作编号不属于本收银台（{till}）。", "请刷新页面后重试。"),
        ("操作編號不屬於本收銀台（{till}）。", "請重新整理頁面後重試。"),
        ("This key is not of the till {till}.", "Reload the page and try again."),
    ),
    "key_reused": say(
        409,
        ("同一操作编号用在了不同的操作上。", "请刷新页面后重新操作。"),
        ("同一操作編號用在了不同的操作上。", "請重新整理頁面後重新操作。"),
        ("This key was used for something else.", "Reload the page and do it anew."),
        _ONCE,
    ),
    "key_outdated": say(
        409,
        ("操作编号过旧，无法确认是否做过。", "请先核对最近的单据，再用新的编号操作。"),
        ("操作編號過舊，無法確認是否做過。", "請先核對最近的單據，再用新的編號操作。"),
        ("This key is too old to tell what became of it.", "Look at the latest papers, then do it anew."),
        _ONCE,
    ),
    "key_too_far": say(
        409,
        ("操作编号跳得太远（本收银台上一个是 {last}）。", "请刷新页面后重新操作。"),
        ("操作編號跳得太遠（本收銀台上一個是 {last}）。", "請重新整理頁面後重新操作。"),
        ("This key's number is too far beyond the till's last, {last}.", "Reload the page and do it anew."),
    ),
    "storage_failed": say(
        503,
        ("本机磁盘读写失败。", "请检查磁盘空间，再重试；仍不行请联系管理员。"),
        ("本機磁碟讀寫失敗。", "請檢查磁碟空間，再重試；仍不行請聯絡管理員。"),
        ("The disk of this node failed.", "Check its space and try again, or call for help."),
        SAVED,
    ),
}
"""Code → status and words."""

_STOP = (
    "database_unreadable",
    "database_too_new",
    "already_started",
    "not_started",
    "page_refused",
    "already_running",
    "already_enrolled",
    "not_enrolled",
    "hq_unreachable",
)
_FAULTS = (
    "unbalanced_fact",
    "amount_not_positive",
    "bad_return",
    "bad_use",
    "beyond_what_remains",
    "duplicate_lot",
    "holding_closed",
    "holding_missing",
    "holding_open",
    "money_is_not_deducted",
    "money_is_not_given",
    "negative_amount",
    "never_expires",
    "no_tiers",
    "not_a_holders_move",
    "not_a_move_of_hq",
    "nothing_to_share_over",
    "points_differ",
    "rights_differ",
    "tender_mismatch",
    "unknown_act",
)

TROUBLE = {
    code: say(
        503,
        ("门店主机没有准备好。", "请联系管理员检查门店主机。"),
        ("門市主機沒有準備好。", "請聯絡管理員檢查門市主機。"),
        ("The node of this branch is not ready.", "Have it checked."),
        SAVED,
    )
    for code in _STOP
} | {
    code: say(
        500,
        ("账目自检没有通过，已停止这次操作。", "请换一种方式操作，并把时间告诉管理员。"),
        ("帳目自檢沒有通過，已停止這次操作。", "請換一種方式操作，並把時間告訴管理員。"),
        ("The books would not have balanced, so this was not done.", "Do it another way, and tell when it happened."),
        NOTHING,
    )
    for code in _FAULTS
}
"""Codes that no request should bring about: the box or the program is at fault."""
