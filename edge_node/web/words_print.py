"""Words for papers that wait: asked for again, cancelled, or gone already."""

from edge_node.web.words_form import say

PRINT = {
    "unknown_print_job": say(
        404,
        ("没有这张待打印的单据。", "请刷新打印列表。"),
        ("沒有這張待列印的單據。", "請重新整理列印清單。"),
        ("There is no such paper to print.", "Read the list of papers anew."),
    ),
    "print_job_under_way": say(
        409,
        ("这张单据正在打印。", "请稍等，看打印机是否出纸。"),
        ("這張單據正在列印。", "請稍候，看印表機是否出紙。"),
        ("This paper is being printed.", "Wait a moment and look at the printer."),
    ),
    "print_job_done": say(
        409,
        ("这张单据已经打印或已取消。", "如需再要一份，请在该笔销售里补打副本。"),
        ("這張單據已經列印或已取消。", "如需再要一份，請在該筆銷售裡補印副本。"),
        ("This paper was printed or cancelled.", "For another one, print a copy from its sale."),
    ),
}
