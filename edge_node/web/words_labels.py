"""Words for price and product labels: how many were printed, and how to go on."""

from edge_node.web.words_form import Kept, say

_ONCE = Kept(
    "继续打印时，已打印的不会重打。",
    "繼續列印時，已列印的不會重印。",
    "What was printed is not printed again when you go on.",
)

LABELS = {
    "no_label_printer": say(
        409,
        ("没有可用的标签打印机。", "请在设备里接入一台，并设为标签用途。"),
        ("沒有可用的標籤印表機。", "請在設備裡接入一台，並設為標籤用途。"),
        ("There is no label printer.", "Accept one among the devices, with the role label."),
    ),
    "labels_under_way": say(
        409,
        ("标签打印机正在打印另一批。", "请等它打完再试。"),
        ("標籤印表機正在列印另一批。", "請等它印完再試。"),
        ("The label printer is printing another batch.", "Wait until it is done, then try again."),
    ),
    "labels_stopped": say(
        409,
        ("已打印 {printed} 张（共 {wanted} 张），停下了：{why}", "处理好后请继续打印余下的。"),
        ("已列印 {printed} 張（共 {wanted} 張），停下了：{why}", "處理好後請繼續列印餘下的。"),
        ("{printed} of {wanted} labels are printed, then it stopped: {why}", "Mend that, then print the rest."),
        _ONCE,
    ),
    "labels_unsure": say(
        409,
        (
            "已打印 {printed} 张（共 {wanted} 张），停下了：{why}另有最多 {unsure} 张可能已打出。",
            "请数一数最后几张，处理好后只打印余下的。",
        ),
        (
            "已列印 {printed} 張（共 {wanted} 張），停下了：{why}另有最多 {unsure} 張可能已印出。",
            "請數一數最後幾張，處理好後只列印餘下的。",
        ),
        (
            "{printed} of {wanted} labels are printed, then it stopped: {why} Up to {unsure} more may have come out.",
            "Count the last ones, mend it, then print the rest.",
        ),
        _ONCE,
    ),
    "labels_interrupted": say(
        409,
        (
            "打印被中断：已打印 {printed} 张（共 {wanted} 张），另有最多 {unsure} 张可能已打出。",
            "请数一数最后几张，再打印余下的。",
        ),
        (
            "列印被中斷：已列印 {printed} 張（共 {wanted} 張），另有最多 {unsure} 張可能已印出。",
            "請數一數最後幾張，再列印餘下的。",
        ),
        (
            "Printing was interrupted: {printed} of {wanted} are printed, up to {unsure} more may have come out.",
            "Count the last ones, then print the rest.",
        ),
        _ONCE,
    ),
}
"""Code → status and words. ``why`` is the printer's trouble in the same language."""
