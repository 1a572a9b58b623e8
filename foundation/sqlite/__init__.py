"""SQLite as both programs use it: one encrypted or plain file, one thread, one function per transaction."""
