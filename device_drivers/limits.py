"""Every bound of the drivers with its reason. Times in seconds, sizes in bytes unless said."""

# Lines
READ = 4096
"""Bytes taken from a line at once."""
OPEN_S = 3.0
"""A TCP printer on the LAN answers in milliseconds; a printer that is off never does."""
WRITE_S = 10.0
"""A full receipt at 9600 baud, 4 KiB, takes 4 s."""
ASK_S = 1.0
"""A status answer takes some 10 ms; a printer that is busy cutting 300 ms."""
POLITE_ANSWER = 64
"""Of a stranger: one byte, perhaps behind some automatic status; who says more is no printer."""
PRINTED_S = 30.0
"""From the last byte to "all printed": a metre of paper at 50 mm/s takes 20 s."""
LATE_S = 0.3
"""A scale's answer takes 100 ms at most; what has not come by then to a question that was given up does not come."""
IN_SEQUENCE_S = 2.0
"""A receipt printer that has nothing left to print answers in sequence within 10 ms; one that never does, never."""
QUIET_S = 0.05
"""Silence after which nothing of an earlier conversation is still to come: five bytes' time at 1200 baud."""
JOB_CHUNK = 1024
"""Bytes of a job handed to the line at once, each within `WRITE_S`."""
JOB_BYTES_PER_S = 800
"""A serial line of 9600 baud: a receipt drawn as pictures takes a minute, and is not lost for that."""
CLOSE_S = 1.0
"""A tty drains before it closes, up to 30 s; nobody waits for that."""
HANGING = 2
"""Calls of the system for one device that never came back; with more it is not opened: each holds a thread."""
EMPTY_S = 0.05
"""Pause after a line said "readable" and gave nothing, as USB printers do by empty packets: saves the processor."""
KEEPALIVE_IDLE_S = 10
"""A printer that lost its power says nothing: probe a silent line after this."""
KEEPALIVE_PROBE_S = 3
KEEPALIVE_PROBES = 3
NAMES = 4
"""Addresses of one host name that are tried."""
POLL_S = 0.1
"""How often a thread that reads a serial line looks whether it is still wanted."""
STALE = 64 * 1024
"""Old status bytes thrown away at open; a device that still talks after so many is not waited for."""
MEMORY_LINE = 4096
"""Bytes under way in a memory line, like the buffer of a tty."""
ADDRESS_CHARS = 256
"""The longest thing in an address is a path under /dev/serial/by-id."""
CAPTURE = 4_000_000
"""Characters of one recording: some hundred receipts, or a scale that talks for an hour."""

# What comes in
SCAN_CHARS = 512
"""The longest payment code has 128; a QR with more than this is no code for a till."""
CARD_CHARS = 32
"""As edge_node.limits.CARD: what names a card."""
FRAME = 4096
"""Bytes a decoder keeps while it waits for the end of a frame; then it drops them and looks for the next start."""
INTAKE_BYTES_PER_S = 100_000
"""Taken from a line that speaks by itself: nine times what the fastest serial line carries, a hundredth of a flood."""
QUEUE = 64
"""Readings waiting for their reader: a scanner left on a conveyor must not fill the memory."""

SETTLE_S = 4.0
"""Goods are on the pan until they lie still. Taring waits for it twice, and whoever tares waits 10 s at most."""
LOOK_S = 0.2
"""Between two questions to a scale that only answers, and to a PC/SC reader: five a second look live."""

# What goes out
PAPER_BLOCKS = 2000
"""500 sale lines with two discount lines each."""
PAPER_LINES = 3000
"""Lines of one paper, 11 m: pictures and empty lines count as the lines they are as high as."""
PAPER_QR_CODES = 20
"""On one paper: drawing a large one takes a tenth of a second."""
PAPER_CHARS = 100_000
"""Text of one paper: 2,000 lines of 48."""
QR_BYTES = 600
"""QR version 19 at error level M, 93 modules: still 4 dots a module on 58 mm paper."""
BARCODE = 24
"""Code 128 at two dots a module on 58 mm paper."""
PICTURE_DOTS = 600 * 2000
"""A logo as wide as the paper and 25 cm long."""
PICTURE_ROWS = 2000
"""A logo's height: one dot wide it would be 150 m long."""
LINE_ROWS = 30
"""Dots from line to line on a receipt printer."""
LOGO_BYTES = 1024 * 1024
"""A PNG that somebody uploads as a logo."""
LOGO_DOTS = 2000 * 2000
"""Its pixels before it is scaled down: 16 MB while it is decoded."""
PREVIEW_ROWS = 60_000
"""Dots of a preview from top to bottom, 7.5 m of paper: 35 MB while it is drawn."""
TEMPLATE_CHARS = 16_000
"""A template of 300 lines."""
TEMPLATE_DEPTH = 4
"""Sections within sections."""
TEMPLATE_STEPS = 20_000
"""Lines and sections gone through for one paper: four sections within each other over 500 lines would never end."""
NAME_CHARS = 64
"""Names in templates, dots and all."""
ROW_CELLS = 8
"""Cells of one row: more are narrower than a Chinese word on 58 mm paper."""
FEED_LINES = 20
"""Empty lines at once: 8 cm."""
COLUMNS_LOW = 8
"""Two Chinese characters of double width; the narrowest paper there is has 24 cells."""
MARKS = 8
"""Combining marks on one character: no language needs more than four, a prankster's name has hundreds."""
LABEL_ELEMENTS = 50
LABEL_COPIES = 100
LABEL_TENTHS = (50, 3000)
"""A label's width, height and places, tenths of a millimetre: 5 mm jewellery tags to 300 mm shipping labels."""
LABEL_S = 1.5
"""One label of 80 mm at 76 mm/s, with its gap."""
LABEL_BYTES_PER_S = 800
"""A serial line of 9600 baud: the picture of a large label takes a minute, and is not lost for that."""
LABEL_ASK_AGAIN_S = 0.2
"""Between two questions whether all labels are printed."""
