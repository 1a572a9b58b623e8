"""The words of settlement statements, in the languages of the office. A file must speak without its screen."""

LANGUAGES = ("zh-CN", "zh-TW", "en")

_WORDS: dict[str, tuple[str, str, str]] = {
    "statement": ("结算单", "結算單", "Settlement statement"),
    "settlement": ("结算汇总", "結算彙總", "Settlement"),
    "join": ("、", "、", ", "),
    "hq": ("总部", "總部", "Head office"),
    "party": ("结算主体", "結算主體", "Party"),
    "branches": ("门店", "門市", "Branches"),
    "other": ("对方", "對方", "Other party"),
    "column": ("项目", "項目", "Item"),
    "owed": ("应收", "應收", "Owed to it"),
    "owes": ("应付", "應付", "It owes"),
    "net": ("净额", "淨額", "Net"),
    "sum": ("合计", "合計", "Total"),
    "day": ("营业日", "營業日", "Business date"),
    "debtor": ("欠款方", "欠款方", "Debtor"),
    "creditor": ("收款方", "收款方", "Creditor"),
    "amount": ("金额", "金額", "Amount"),
    "payer": ("付款方", "付款方", "Payer"),
    "payee": ("收款方", "收款方", "Payee"),
    "late": ("迟到事项", "遲到事項", "Late facts"),
    "is_late": ("迟到", "遲到", "Late"),
    "inside": ("主体内部往来（不结算）", "主體內部往來（不結算）", "Within the party (settled by nobody)"),
    "bilateral": ("双边应付", "雙邊應付", "Bilateral"),
    "transfers": ("轧差付款", "軋差付款", "Netted payments"),
    "rows": ("明细", "明細", "Rows"),
    "written_by": ("记账方", "記帳方", "Written by"),
    "log": ("账本", "帳本", "Log"),
    "seq": ("序号", "序號", "Entry"),
    "principal": ("本金", "本金", "Principal"),
    "bonus": ("赠送金", "贈送金", "Bonus"),
    "fee": ("手续费", "手續費", "Fee"),
    "claim": ("代退款", "代退款", "Refund paid for another"),
    "adjustment": ("调整", "調整", "Adjustment"),
    "open": ("未结账（草稿）", "未結帳（草稿）", "open (a draft)"),
    "yes": ("是", "是", "yes"),
    "note_period": ("结算期：{first} 至 {last}", "結算期：{first} 至 {last}", "Period: {first} to {last}"),
    "note_closed": (
        "{by} 已结账锁定，矩阵指纹 {digest}",
        "{by} 已結帳鎖定，矩陣指紋 {digest}",
        "Closed and locked by {by}; fingerprint of the matrix {digest}",
    ),
    "note_branches": ("包含门店：{branches}", "包含門市：{branches}", "Branches: {branches}"),
    "note_entity": (
        "本店属于{entity}，由该主体统一结算；这里只列本店的往来。",
        "本店屬於{entity}，由該主體統一結算；這裡只列本店的往來。",
        "The branch belongs to {entity}, which settles for it; these are the branch's own dealings.",
    ),
    "note_net": (
        "净额为正表示应收，为负表示应付。各主体净额相加为零。",
        "淨額為正表示應收，為負表示應付。各主體淨額相加為零。",
        "A positive net is owed to the party, a negative one it owes. All parties' nets add up to zero.",
    ),
    "note_bonus": (
        "按赠送规则由本方自行承担的赠送金（历来累计）：{amount}，无人为此付款。",
        "按贈送規則由本方自行承擔的贈送金（歷來累計）：{amount}，無人為此付款。",
        "Bonus that the party bears itself by its terms (all periods together): {amount}; nobody pays it for that.",
    ),
    "note_late": (
        "迟到事项的营业日在本期之前，已含在上表中。",
        "遲到事項的營業日在本期之前，已含在上表中。",
        "Late facts happened before this period; they are part of the table above.",
    ),
}


def word(language: str, name: str, **values: str) -> str:
    """Return a word or sentence in a language (zh-CN for one that is not known)."""
    n = LANGUAGES.index(language) if language in LANGUAGES else 0
    return _WORDS[name][n].format(**values)


def column(language: str, name: str) -> str:
    """Return what a column of the matrix is called; a name that this program does not know stands for itself."""
    return word(language, name) if name in _WORDS else name
