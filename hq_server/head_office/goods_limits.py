"""Every bound of setting up goods and marketing, with its reason."""

# Imports
IMPORT_PART = 128 * 1024
"""Bytes of one part of an uploaded file: in base64 with its frame it stays below a request's 256 KiB."""
IMPORT_BYTES = 4 * 1024 * 1024
"""Bytes of a whole file: 20,000 products with all columns as XLSX are a tenth of it, as CSV half."""
IMPORT_UNPACKED = 64 * 1024 * 1024
"""Bytes that a workbook may unpack to: what IMPORT_ROWS rows of a plain sheet need, ten times over."""
IMPORT_ENTRIES = 300
"""Files in a workbook: sheets, styles and a few drawings; more is no table of products."""
IMPORT_ROWS = 20_000
"""Products of one file; a chain with more sends several."""
IMPORT_COLUMNS = 64
"""Columns that are looked at."""
IMPORT_CELL = 1_000
"""Characters of one cell: barcodes of one product together."""
IMPORT_SKIPPED = 20
"""Rows above the headings: a title, a date, a note."""
IMPORTS_KEPT = 20
"""Files kept at once; the oldest is forgotten."""
IMPORT_CHUNK = 50
"""Rows checked, applied or changed in one transaction: 30 to 100 ms of the writer's time."""
IMPORT_NAME = 100
"""Characters of a file's name."""

# Categories
CATEGORIES = 1_000
"""Categories of one chain that have a place in its tree: nobody oversees more, and all are checked at each change."""

# Bulk changes
BULK_ITEMS = 500
"""Products picked by hand for one change; a filter has no such bound."""
BULK_SAMPLE = 10
"""Products shown before a change of many is confirmed."""
HISTORY_PAGE = 50
"""Changes of one row on one page."""

# Trials
DRY_RUN_SALES = 20_000
"""Past sales that one dry run prices twice: a minute of one core."""
DRY_RUN_DAYS = 92
"""A quarter: what a promotion is compared with."""
DRY_RUN_CHUNK = 100
"""Sales priced before others get a turn: some 50 ms."""
DRY_RUN_SAMPLE = 12
"""Receipts shown: those on which it takes off most."""
DRY_RUN_LINES = 30
"""Lines shown of one receipt."""
MOVES_CHUNK = 1_000
"""Members looked at before others get a turn."""
MOVES_SAMPLE = 8
"""Members shown of each move from a tier to another."""
EXPLAIN_LINES = 50
"""Lines of a basket that is priced to try rules out."""
