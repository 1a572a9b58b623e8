"""How the office's errors answer over HTTP and what they say, in the languages of its users."""

from collections.abc import Mapping

from commerce.errors import CommerceError
from foundation.http_api.problem import BASE_CODES, ApiError, Known, Words
from hq_server.errors import Code, HqError, InputError, RetryError


def _known(status: int, cn: str, tw: str, en: str) -> Known:
    """One code's answer; what was kept is the same for all: a refused request changes nothing."""
    return Known(
        status,
        {
            "zh-CN": Words(cn, "什么都没有改动"),
            "zh-TW": Words(tw, "什麼都沒有改動"),
            "en": Words(en, "Nothing was changed"),
        },
    )


ERRORS: Mapping[str, Known] = {
    **BASE_CODES,
    "sign_in_refused": _known(
        401,
        "用户名或密码不对，或尝试次数过多",
        "使用者名稱或密碼不對，或嘗試次數過多",
        "Wrong name or password, or too many tries",
    ),
    "rule": _known(
        422,
        "数据不符合业务规则：{rule}（{field}）",
        "資料不符合業務規則：{rule}（{field}）",
        "Against a rule of the trade: {rule} ({field})",
    ),
    "conflict": _known(409, "当前状态不允许这样做", "目前狀態不允許這樣做", "The present state does not allow it"),
    "busy": _known(503, "系统正忙", "系統正忙", "HQ is busy"),
    Code.UNKNOWN_INCARNATION: _known(404, "没有这个账本", "沒有這個帳本", "No such log"),
    Code.UNKNOWN_NODE: _known(404, "没有这台节点", "沒有這台節點", "No such node"),
    Code.NODE_TAKEN: _known(409, "该节点编号已被占用", "該節點編號已被占用", "The node's id is taken"),
    Code.UNKNOWN_LOT: _known(404, "没有这批储值", "沒有這批儲值", "No such lot"),
    Code.UNKNOWN_SALE: _known(404, "没有这笔销售", "沒有這筆銷售", "No such sale"),
    Code.UNKNOWN_CLAIM: _known(404, "没有这笔异店退货", "沒有這筆異店退貨", "No such claim"),
    Code.UNKNOWN_MEMBER: _known(404, "没有这位会员", "沒有這位會員", "No such member"),
    Code.UNKNOWN_DISCREPANCY: _known(404, "没有这条差异", "沒有這條差異", "No such discrepancy"),
    Code.UNKNOWN_BRANCH: _known(404, "没有这家门店", "沒有這家門市", "No such branch"),
    Code.UNKNOWN_USER: _known(404, "没有这个用户", "沒有這個使用者", "No such user"),
    Code.UNKNOWN_ROLE: _known(404, "没有这个角色", "沒有這個角色", "No such role"),
    Code.UNKNOWN_ROW: _known(404, "没有这条资料", "沒有這條資料", "No such row"),
    Code.UNKNOWN_PERIOD: _known(404, "没有这个结算期", "沒有這個結算期", "No such period"),
    Code.UNKNOWN_RELEASE: _known(404, "没有这条释放申请", "沒有這條釋放申請", "No such proposal"),
    Code.UNKNOWN_RESOLUTION: _known(404, "没有这个处理方案", "沒有這個處理方案", "No such resolution"),
    Code.DAY_PASSED: _known(
        409,
        "生效日 {day} 已经到了，请重新提出",
        "生效日 {day} 已經到了，請重新提出",
        "Its first day {day} has come meanwhile: propose it anew",
    ),
    Code.UNKNOWN_PROPOSAL: _known(404, "没有这个申请", "沒有這個申請", "No such proposal"),
    Code.UNKNOWN_ENTITLEMENT: _known(404, "没有这张期限卡", "沒有這張期限卡", "No such period or discount card"),
    Code.MEMBER_MERGED: _known(
        409,
        "这位会员已并入另一位会员，请到那一位办理",
        "這位會員已併入另一位會員，請到那一位辦理",
        "This member was merged into another one: go on there",
    ),
    Code.NOT_MERGED: _known(
        409,
        "没有可以撤销的合并：总部没有并入这位会员的记录，或已经撤销",
        "沒有可以撤銷的合併：總部沒有併入這位會員的記錄，或已經撤銷",
        "There is no merge of this member at head office that stands",
    ),
    Code.MERGED_SINCE: _known(
        409,
        "之后还有一次合并改动了同一位会员，请先撤销那一次（会员 {member}）",
        "之後還有一次合併改動了同一位會員，請先撤銷那一次（會員 {member}）",
        "A later merge changed the same member: take that one back first (member {member})",
    ),
    Code.NO_CONSENT: _known(409, "这位会员没有有效的同意", "這位會員沒有有效的同意", "There is no consent to withdraw"),
    Code.NOTHING_TO_DO: _known(409, "没有可以执行的内容", "沒有可以執行的內容", "There is nothing to carry out"),
    Code.CARD_RANGE_TAKEN: _known(
        409,
        "与门店 {branch} 的卡号段重叠（包括它以前用过的），请换一段",
        "與門市 {branch} 的卡號段重疊（包括它以前用過的），請換一段",
        "It overlaps numbers of branch {branch}, or numbers that it had: take others",
    ),
    Code.PICTURE_USED: _known(
        409,
        "商品或待机画面还在用这张图片，请先换掉",
        "商品或待機畫面還在用這張圖片，請先換掉",
        "A product or the idle screen still shows it: change that first",
    ),
    Code.BAD_VALUE: _known(422, "“{field}”的内容不对", "「{field}」的內容不對", "{field} is not right"),
    Code.TOO_MANY_ROWS: _known(
        422,
        "超过 {most} 行，请缩小日期或筛选范围再导出",
        "超過 {most} 列，請縮小日期或篩選範圍再匯出",
        "More than {most} rows: choose a shorter time or filter further",
    ),
    Code.TOO_MANY_MEMBERS: _known(
        422,
        "选中的会员超过 {most} 位，请缩小筛选范围",
        "選中的會員超過 {most} 位，請縮小篩選範圍",
        "More than {most} members: filter further",
    ),
    Code.UNDO_TOO_LATE: _known(
        409,
        "已过可撤销的 {days} 天（参数“充值可撤销天数”）",
        "已過可撤銷的 {days} 天（參數「儲值可撤銷天數」）",
        "The {days} days in which a top-up may be undone are over (parameter undo_days)",
    ),
    Code.WEAK_SECRET: _known(
        422,
        "密码需 {low} 到 {high} 位，且不能过于简单",
        "密碼需 {low} 到 {high} 位，且不能過於簡單",
        "Use {low} to {high} characters, not all alike",
    ),
    Code.RIGHTS_SHORT: _known(409, "总部可用额度不足", "總部可用額度不足", "HQ does not hold enough rights"),
    Code.NOT_OPEN: _known(409, "该账本已关闭", "該帳本已關閉", "The log is closed"),
    Code.NOT_CLOSED: _known(409, "该账本还未关闭", "該帳本還未關閉", "The log is not closed"),
    Code.NOT_WAITING: _known(409, "它不在等待人工处理", "它不在等待人工處理", "It does not wait for people"),
    Code.SALE_KNOWN: _known(
        409,
        "这笔销售已到总部，请改为释放",
        "這筆銷售已到總部，請改為釋放",
        "The sale has arrived: release the claim instead",
    ),
    Code.NOT_SET_ASIDE: _known(409, "没有搁置的额度", "沒有擱置的額度", "Nothing of it is set aside"),
    Code.ALREADY_RESOLVED: _known(409, "这条差异已处理", "這條差異已處理", "It is resolved already"),
    Code.SAME_PERSON: _known(
        409,
        "申请人不能审批自己的申请，请另一位同事审批",
        "申請人不能審批自己的申請，請另一位同事審批",
        "A second person has to approve",
    ),
    Code.ACCOUNT_TOO_NEW: _known(
        409,
        "申请人或审批人的账号在 {days} 天内由同事新建、重置密码或调整权限，请由其他同事申请或审批",
        "申請人或審批人的帳號在 {days} 天內由同事新建、重設密碼或調整權限，請由其他同事申請或審批",
        "A colleague made one of the two accounts, or gave it its password or role, within {days} days: "
        "somebody else has to propose or approve",
    ),
    Code.WRONG_HISTORY: _known(
        409, "与已有的历史不符", "與已有的歷史不符", "It does not fit the history that HQ holds"
    ),
    Code.USER_EXISTS: _known(409, "已有同名用户", "已有同名使用者", "There is a user of that name"),
    Code.MORE_THAN_OWN: _known(
        403,
        "不能授予、收回或接管您自己没有的权限，请由权限更多的同事操作",
        "不能授予、收回或接管您自己沒有的權限，請由權限更多的同事操作",
        "It needs duties that you do not have yourself: a colleague who has them must do it",
    ),
    Code.ROLE_IN_USE: _known(
        409,
        "还有用户是这个角色，请先给他们换一个",
        "還有使用者是這個角色，請先給他們換一個",
        "Somebody has this role: give them another one first",
    ),
    Code.TIER_IN_USE: _known(
        409,
        "这个等级还有 {members} 位会员、{plans} 个在售卡项、{promotions} 个进行中的促销、"
        "{settings} 处默认等级在用，请先改到别的等级",
        "這個等級還有 {members} 位會員、{plans} 個販售中的卡項、{promotions} 個進行中的促銷、"
        "{settings} 處預設等級在用，請先改到別的等級",
        "Still in use: {members} members, {plans} plans, {promotions} promotions, {settings} default tiers",
    ),
    Code.CATEGORY_IN_USE: _known(
        409,
        "这个分类还有 {products} 种商品、{below} 个下级分类，请先移走或改名合并",
        "這個分類還有 {products} 種商品、{below} 個下級分類，請先移走或改名合併",
        "{products} products bear this category and {below} stand below it: move or join them first",
    ),
    Code.STAFF_NUMBER_TAKEN: _known(
        409,
        "门店 {branch} 已有同工号的另一位员工",
        "門市 {branch} 已有同工號的另一位員工",
        "Somebody else has this number in branch {branch}",
    ),
    Code.LAST_MANAGER: _known(409, "至少要保留一位经理", "至少要保留一位經理", "One manager has to remain"),
    Code.NOT_PROPOSED: _known(409, "这条申请已经处理过", "這條申請已經處理過", "It was decided already"),
    Code.UNKNOWN_ENTITY: _known(404, "没有这个法人主体", "沒有這個法人主體", "No such legal entity"),
    Code.PERIOD_LOCKED: _known(
        409,
        "{day} 及以前已结账锁定，请从之后的日期开始",
        "{day} 及以前已結帳鎖定，請從之後的日期開始",
        "All up to {day} is closed and locked: begin with a later day",
    ),
    Code.NOT_CONFIRMED: _known(
        409,
        "结账前的检查有变化，请再看一遍后确认：{items}",
        "結帳前的檢查有變化，請再看一遍後確認：{items}",
        "The check list has changed: look again and confirm ({items})",
    ),
    Code.PERIOD_ORDER: _known(
        409, "结算日不能早于 {first_day}", "結算日不能早於 {first_day}", "The day cannot lie before {first_day}"
    ),
}
"""Every code that the office can answer; a test compares it with ``Code``."""


def translate(error: Exception) -> ApiError | None:
    """Turn errors of HQ and of the trade's rules into answers; None for what nobody foresaw."""
    if isinstance(error, CommerceError):
        return ApiError("rule", **{"field": "", **error.evidence, "rule": error.code})
    if not isinstance(error, HqError):
        return None
    if error.code in ERRORS:
        return ApiError(error.code, **error.evidence)
    fallback = (
        "bad_request" if isinstance(error, InputError) else "busy" if isinstance(error, RetryError) else "conflict"
    )
    return ApiError(fallback, reason=error.code.value, **error.evidence)
