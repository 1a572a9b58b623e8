"""Words for devices: what happened, what was kept, what to do. The same are shown for a print job that waits."""

from edge_node.web.words_form import NOTHING, Kept, say

_PAPER = Kept("小票已保留。", "收據已保留。", "The receipt is kept.")
_SALES = Kept("销售照常，已完成的都已保存。", "銷售照常，已完成的都已保存。", "Sales go on, and what was done is safe.")
_WEIGHT = Kept("没有记入任何重量。", "沒有記入任何重量。", "No weight was taken.")

AGAIN = {
    "device_offline": say(
        409,
        ("设备没有连上。", "请检查电源和连接线；连上后自动恢复，小票会自动补打。"),
        ("設備沒有連上。", "請檢查電源和連接線；連上後自動恢復，收據會自動補印。"),
        ("The device does not answer.", "Check its power and cable; once it is back, what waits is printed by itself."),
        _SALES,
    ),
    "device_unplugged": say(
        409,
        ("设备的连接线断开了。", "请插好连接线，几秒内自动恢复。"),
        ("設備的連接線斷開了。", "請插好連接線，幾秒內自動恢復。"),
        ("The device was unplugged.", "Plug it in again; it is back within seconds."),
        _SALES,
    ),
    "device_timeout": say(
        409,
        ("设备没有及时回应。", "请稍等再试；仍不行请关掉设备再打开。"),
        ("設備沒有及時回應。", "請稍等再試；仍不行請關掉設備再開啟。"),
        ("The device did not answer in time.", "Try again in a moment, or switch it off and on."),
        _SALES,
    ),
    "device_busy": say(
        409,
        ("设备正被占用。", "请稍等再试；若装有别的收银软件，请先关闭它。"),
        ("設備正被佔用。", "請稍等再試；若裝有別的收銀軟體，請先關閉它。"),
        ("Something else is using the device.", "Try again in a moment, or close the other program that holds it."),
        _SALES,
    ),
    "device_garbled": say(
        409,
        ("设备传来的数据读不懂。", "请检查连接线，并核对设备型号和串口参数。"),
        ("設備傳來的資料讀不懂。", "請檢查連接線，並核對設備型號和串列埠參數。"),
        ("What the device sends makes no sense.", "Check the cable, and that model and serial settings are right."),
        _SALES,
    ),
    "weight_unstable": say(
        409,
        ("秤的读数不稳定。", "请放稳商品，不要碰秤台，再称一次。"),
        ("秤的讀數不穩定。", "請放穩商品，不要碰秤台，再秤一次。"),
        ("The scale does not settle.", "Let the goods lie still and weigh again."),
        _WEIGHT,
    ),
}
"""It comes back by itself."""

PERSON = {
    "paper_out": say(
        409,
        ("打印机缺纸。", "请装好纸，会自动补打。"),
        ("印表機缺紙。", "請裝好紙，會自動補印。"),
        ("The printer is out of paper.", "Put paper in; it is printed by itself then."),
        _PAPER,
    ),
    "cover_open": say(
        409,
        ("打印机的盖子开着。", "请合上盖子，会自动补打。"),
        ("印表機的蓋子開著。", "請合上蓋子，會自動補印。"),
        ("The printer's cover is open.", "Close it; it is printed by itself then."),
        _PAPER,
    ),
    "cutter_error": say(
        409,
        ("打印机切刀卡住了。", "请打开盖子取出卡纸，合上后关机再开机。"),
        ("印表機切刀卡住了。", "請打開蓋子取出卡紙，合上後關機再開機。"),
        ("The printer's cutter is jammed.", "Open the cover, take the paper out, close it, switch off and on."),
        _PAPER,
    ),
    "overheated": say(
        409,
        ("打印头过热。", "请等几分钟，凉下来后自动补打。"),
        ("列印頭過熱。", "請等幾分鐘，涼下來後自動補印。"),
        ("The print head is too hot.", "Wait some minutes; it goes on by itself."),
        _PAPER,
    ),
    "printer_error": say(
        409,
        ("打印机报错。", "请看打印机的指示灯，关机再开机；仍不行请换一台打印机。"),
        ("印表機報錯。", "請看印表機的指示燈，關機再開機；仍不行請換一台印表機。"),
        ("The printer reports an error.", "Look at its lamps, switch it off and on, or use another printer."),
        _PAPER,
    ),
    "overweight": say(
        409,
        ("超过了秤的最大称量。", "请减少商品，分几次称。"),
        ("超過了秤的最大秤量。", "請減少商品，分幾次秤。"),
        ("This is more than the scale can weigh.", "Weigh it in parts."),
        _WEIGHT,
    ),
    "under_zero": say(
        409,
        ("秤的读数低于零。", "请清空秤台，置零后再称。"),
        ("秤的讀數低於零。", "請清空秤台，歸零後再秤。"),
        ("The scale shows less than zero.", "Clear it, set it to zero and weigh again."),
        _WEIGHT,
    ),
    "scale_not_zeroed": say(
        409,
        ("秤没有按要求置零或去皮。", "请清空秤台，等读数稳定，再试一次。"),
        ("秤沒有按要求歸零或去皮。", "請清空秤台，等讀數穩定，再試一次。"),
        ("The scale did not take its zero or tare.", "Clear it, let it settle and try again."),
        _WEIGHT,
    ),
}
"""Somebody has to go to the device."""

SET_UP = {
    "bad_address": say(
        400,
        ("设备地址不对。", "请核对地址，例如 tcp://192.168.1.50:9100 或 serial:/dev/ttyUSB0。"),
        ("設備位址不對。", "請核對位址，例如 tcp://192.168.1.50:9100 或 serial:/dev/ttyUSB0。"),
        ("This is no address of a device.", "Write it as tcp://192.168.1.50:9100 or serial:/dev/ttyUSB0."),
    ),
    "bad_option": say(
        400,
        ("设备参数不对：{option}。", "请按设备型号重新选择参数。"),
        ("設備參數不對：{option}。", "請按設備型號重新選擇參數。"),
        ("The option {option} cannot be so.", "Choose it again, as the model has it."),
    ),
    "not_supported": say(
        409,
        ("这个设备不支持这项功能。", "请换一种设备型号（驱动），或不用这项功能。"),
        ("這個設備不支援這項功能。", "請換一種設備型號（驅動），或不用這項功能。"),
        ("This device cannot do that.", "Choose another driver for it, or do without."),
    ),
    "bad_template": say(
        409,
        ("小票模板有错（第 {line} 行）。", "请让店长改正模板；改好后自动补打。"),
        ("收據範本有錯（第 {line} 行）。", "請讓店長改正範本；改好後自動補印。"),
        ("The receipt's template is wrong in line {line}.", "Have it mended; it is printed by itself then."),
        _PAPER,
    ),
    "unprintable": say(
        409,
        ("这份内容打不出来（太大或条码无法编码）。", "请缩短内容，或换一种条码。"),
        ("這份內容印不出來（太大或條碼無法編碼）。", "請縮短內容，或換一種條碼。"),
        ("This cannot be put on paper: too large, or no barcode holds it.", "Shorten it, or use another barcode."),
        _SALES,
    ),
    "driver_failed": say(
        409,
        ("设备驱动出错，正在重新连接。", "请稍等；仍不行请关掉设备再打开，并把时间告诉管理员。"),
        ("設備驅動出錯，正在重新連接。", "請稍等；仍不行請關掉設備再開啟，並把時間告訴管理員。"),
        (
            "The device's driver broke and is started anew.",
            "Wait a moment, or switch it off and on and tell when it was.",
        ),
        _SALES,
    ),
    "unknown_device": say(
        404,
        ("找不到这个设备。", "请刷新设备列表。"),
        ("找不到這個設備。", "請重新整理設備清單。"),
        ("There is no such device.", "Read the list of devices anew."),
    ),
    "role_unfit": say(
        400,
        ("这种设备不能做这项工作：{role}。", "请给它选合适的用途。"),
        ("這種設備不能做這項工作：{role}。", "請給它選合適的用途。"),
        ("This kind of device cannot be the {role}.", "Choose work that it can do."),
        NOTHING,
    ),
    "devices_off": say(
        409,
        ("本机没有启用设备管理。", "请让管理员在配置里打开（devices.enabled）。"),
        ("本機沒有啟用設備管理。", "請讓管理員在設定裡打開（devices.enabled）。"),
        ("This node does not manage devices.", "Have devices.enabled set in its configuration."),
    ),
}
"""It is set up wrongly, or there is no such thing."""

DEVICES = {**AGAIN, **PERSON, **SET_UP}
"""Code → status and words."""
