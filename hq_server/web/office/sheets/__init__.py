"""Tables as files that people keep: CSV, Excel workbooks, PDF. The same values, the same words, three makers."""
