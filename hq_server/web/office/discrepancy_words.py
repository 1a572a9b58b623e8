"""What a discrepancy says to the people of the office, in their languages: one sentence for each code."""

from collections.abc import Mapping

from foundation.http_api.problem import language_of
from hq_server.ledger.discrepancy_codes import DiscrepancyCode as Code

_ZH_TW, _EN = "zh-TW", "en"

WORDS: Mapping[str, tuple[str, str, str]] = {
    Code.RIGHTS_OVERSPENT: (
        "门店用掉的额度超过总部所知",
        "門市用掉的額度超過總部所知",
        "A branch used more than HQ knows it to have",
    ),
    Code.LATE_EXPOSURE: (
        "已关闭的账本补来了超出额度的消费",
        "已關閉的帳本補來了超出額度的消費",
        "A closed log brought spends beyond what was left to it",
    ),
    Code.COUNTER_DIFFERS: (
        "流水里的累计数与总部的不一致",
        "流水裡的累計數與總部的不一致",
        "A counter in an entry is not what HQ adds up",
    ),
    Code.UNKNOWN_LOT: ("用到了总部没有的批次", "用到了總部沒有的批次", "An entry uses a lot that nobody issued"),
    Code.LOT_ISSUED_TWICE: ("同一批次发行了两次", "同一批次發行了兩次", "One lot was issued twice"),
    Code.FOREIGN_ISSUER: (
        "门店以别家的名义发行",
        "門市以別家的名義發行",
        "A branch issued in another branch's name",
    ),
    Code.FOREIGN_MOVE: (
        "门店写了只有总部才能写的变动",
        "門市寫了只有總部才能寫的變動",
        "A branch wrote a move that is not its to make",
    ),
    Code.EXPIRED_UNORDERED: (
        "没有总部指令就作废了额度",
        "沒有總部指令就作廢了額度",
        "A branch wrote value off without being told",
    ),
    Code.EXPOSURE_ACCEPTED: (
        "两人批准释放的额度，风险由公司承担",
        "兩人批准釋放的額度，風險由公司承擔",
        "Rights released by two people, at the company's risk",
    ),
    Code.UNBALANCED: ("一笔流水借贷不平", "一筆流水借貸不平", "An entry's postings do not sum to zero"),
    Code.MOVES_DIFFER: (
        "流水的分录与额度变动不符",
        "流水的分錄與額度變動不符",
        "An entry's postings are not what its moves say",
    ),
    Code.RULE_MISSING: (
        "没有结算规则，金额先挂账",
        "沒有結算規則，金額先掛帳",
        "No rule says who owes whom: the amount is in suspense",
    ),
    Code.QUARANTINED: (
        "这笔流水读不出来，已隔离",
        "這筆流水讀不出來，已隔離",
        "An entry cannot be read and was kept out",
    ),
    Code.SALE_TWICE: ("同一笔销售出现两次", "同一筆銷售出現兩次", "One sale came twice"),
    Code.SALE_UNKNOWN: (
        "找不到所退的那笔销售",
        "找不到所退的那筆銷售",
        "The sale that goods came back of is not known",
    ),
    Code.REFUNDED_TWICE: ("退得比卖的多", "退得比賣的多", "More was refunded than was sold"),
    Code.REFUND_DIFFERS: (
        "退款金额与原销售算出的不同",
        "退款金額與原銷售算出的不同",
        "A refund is not what the rest of its sale comes to",
    ),
    Code.CLAIM_UNKNOWN: ("没有这笔异店退货", "沒有這筆異店退貨", "There is no such claim"),
    Code.CLAIM_TWICE: ("同一笔异店退货答复了两次", "同一筆異店退貨答覆了兩次", "One claim was answered or made twice"),
    Code.CLAIM_OVERPAID: (
        "异店退货付出的钱多于释放的钱",
        "異店退貨付出的錢多於釋放的錢",
        "More was paid out on a claim than was released",
    ),
    Code.CASH_DIFFERS: ("交班点钞有差额", "交班點鈔有差額", "A shift's count is not what it should be"),
    Code.USE_DIFFERS: (
        "次卡抵付的金额与卡的售价不符",
        "次卡抵付的金額與卡的售價不符",
        "What uses of a card paid is not explained by what the card was sold for",
    ),
    Code.PLAN_DIFFERS: (
        "卡的售价与实收的钱不符",
        "卡的售價與實收的錢不符",
        "A card was sold for other money than its terms say",
    ),
    Code.PRICE_DIFFERS: (
        "销售价格与当时的价目和优惠不符",
        "銷售價格與當時的價目和優惠不符",
        "A sale's prices are not what its price book and promotions come to",
    ),
    Code.PHONE_TWICE: ("两位会员用同一个手机号", "兩位會員用同一個手機號", "Two members have one phone number"),
    Code.CARD_TWICE: ("两位会员用同一个卡号", "兩位會員用同一個卡號", "Two members have one card"),
    Code.PROFILE_CONFLICT: (
        "会员资料在两处被改，后到的已生效",
        "會員資料在兩處被改，後到的已生效",
        "A profile was edited in two places; what came last holds",
    ),
    Code.MEMBER_UNKNOWN: ("没有这位会员", "沒有這位會員", "There is no such member"),
    Code.ENTITLEMENT_TWICE: (
        "同一张期限卡卖了两次",
        "同一張期限卡賣了兩次",
        "One period or discount card was sold twice",
    ),
    Code.ENTITLEMENT_UNKNOWN: (
        "期限卡还没有售出记录就有了变动",
        "期限卡還沒有售出記錄就有了變動",
        "A period or discount card changed before HQ knew of its sale",
    ),
    Code.ENTITLEMENT_DIFFERS: (
        "期限卡的日期与冻结天数对不上",
        "期限卡的日期與凍結天數對不上",
        "A period or discount card's dates are not what its freeze leads to",
    ),
    Code.PERIOD_OVERUSED: (
        "期限卡同一天在几家门店用得超过每日上限",
        "期限卡同一天在幾家門市用得超過每日上限",
        "A period card was used in several branches beyond its limit of one day",
    ),
    Code.CLOCK_AHEAD: ("门店时钟太快", "門市時鐘太快", "A branch's clock is ahead"),
    Code.CLOCK_BACK: ("门店时钟倒退", "門市時鐘倒退", "A branch's clock went back"),
    Code.TWO_BOXES: ("同一账本有两台机器在写", "同一帳本有兩台機器在寫", "Two boxes write one log"),
    Code.FORKED: ("账本出现分叉", "帳本出現分叉", "A log was forked"),
    Code.GAP: (
        "已关闭的账本中间缺了流水",
        "已關閉的帳本中間缺了流水",
        "Entries are missing in the middle of a closed log",
    ),
}
"""Code → 简体，繁體，English; a test compares it with the closed set."""


def say(code: str, accept: str) -> str:
    """Return the sentence of a code in the language that is asked for; a code of a later version says itself."""
    words = WORDS.get(code, (code, code, code))
    return words[{_ZH_TW: 1, _EN: 2}.get(language_of(accept), 0)]
