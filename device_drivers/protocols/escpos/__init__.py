"""ESC/POS: laid-out lines to bytes, and a printer's answers to a status. No I/O."""
